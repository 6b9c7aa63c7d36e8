// The CPU executor's vocabulary: what the compiler in `Tensors` emits, and what the C code here runs.
//
// A compiled program is an array of instructions over fixed buffers. Each instruction divides its work into as many shares as
// the program has threads, and a barrier stands only where the compiler asked for one. What a share computes depends on their number
// alone, so that the result does not depend on who computes it: the calling thread does the shares, and helper threads those that they
// come in time for. Running allocates nothing.
#ifndef RIVAL_KERNELS_H
#define RIVAL_KERNELS_H
#include <stddef.h>
#include <stdint.h>

// MARK: Instructions and the team

// One instruction. `run` does share `thread` of `threads`; it must split its work by (thread, threads) alone. With threads == 1 it
// does all the work, to the same bytes.
typedef void (*rival_run)(void *context, int thread, int threads);

typedef struct {
  rival_run run;
  void *context;
  int32_t barrier_before;  // all shares of earlier instructions must be finished before one of this starts
  int32_t pad;
} rival_instruction;

#define RIVAL_MOST_THREADS 1024

// Runs the instructions in order, each in `threads` shares (at most RIVAL_MOST_THREADS), on at most as many threads.
void rival_execute(const rival_instruction *instructions, int64_t count, int threads);

// The number of threads that the calling thread's library calls and new programs have (at first OMP_NUM_THREADS or the machine's
// processors), and a way to set it for the calling thread.
int rival_thread_count(void);
void rival_set_thread_count(int threads);

// The vector unit chosen at start: "baseline", "avx2" or "avx512".
const char *rival_vector_unit(void);
// The C library, on whose functions the samples that the host draws depend: "glibc 2.36".
const char *rival_c_library(void);

// Makes the calling thread prepare kernels for another unit, by name; NULL goes back to the machine's best. Returns 0, or -1
// if the machine lacks it. Meant for tests: products and convolutions follow the thread that runs them, not a prepared kernel.
int rival_set_vector_unit(const char *name);

// 64-byte aligned memory.
void *rival_allocate(size_t bytes);
void rival_free(void *pointer);

// MARK: Element types

enum { RIVAL_FLOAT32 = 0, RIVAL_FLOAT64 = 1, RIVAL_INT32 = 2, RIVAL_BOOL = 3 };  // bool is one byte in memory, 0 or 1

#define RIVAL_MAX_RANK 8

// MARK: Fused kernels
//
// A fused kernel walks an iteration space (dims, row major) tile by tile. For each tile it loads operands into registers
// (arrays of `tile` elements in the thread's L1-sized scratch), runs the steps, and stores or reduces results.
// Registers hold float32, int32 and bool as 4-byte lanes (bool: 0 or 1 as int32) and float64 as 8-byte lanes.

typedef struct {
  const void *data;
  int64_t strides[RIVAL_MAX_RANK];  // in elements, one per iteration dimension; 0 broadcasts; may be any non-negative value
  int32_t dtype;
  int32_t reg;
} rival_load;

typedef struct {
  void *data;  // dense, row major over the iteration space
  int32_t dtype;
  int32_t reg;
} rival_store;

enum { RIVAL_REDUCE_SUM = 0, RIVAL_REDUCE_MAX = 1, RIVAL_REDUCE_MIN = 2 };

// A reduction sees the flat iteration space as [outer, reduced, inner] (the kernel's `outer`, `reduced`, `inner`) and writes [outer, inner].
typedef struct {
  void *data;      // result, dense [outer, inner]
  void *partials;  // [reduced_chunks, inner] when outer == 1 and reduced_chunks > 1, else unused
  int32_t dtype;   // FLOAT32, FLOAT64 or INT32
  int32_t reg;
  int32_t kind;
  int32_t pad;
} rival_reduction;

enum {
  // Binary, register a and b. Arithmetic exists for FLOAT32, FLOAT64, INT32.
  RIVAL_ADD, RIVAL_SUBTRACT, RIVAL_MULTIPLY, RIVAL_DIVIDE, RIVAL_MAXIMUM, RIVAL_MINIMUM,  // INT32 divide truncates, x/0 = 0; max/min propagate NaN
  RIVAL_POWER, RIVAL_REMAINDER,                                                           // power: floats; remainder: C's % for INT32 (x%0 = 0), fmod for floats
  RIVAL_BIT_AND, RIVAL_BIT_OR, RIVAL_BIT_XOR, RIVAL_SHIFT_LEFT, RIVAL_SHIFT_RIGHT_LOGICAL,  // INT32; AND, OR, XOR on BOOL too
  RIVAL_EQUAL, RIVAL_NOT_EQUAL, RIVAL_LESS, RIVAL_LESS_EQUAL, RIVAL_GREATER, RIVAL_GREATER_EQUAL,  // result lanes are BOOL; NaN compares false (not_equal: true)
  // Ternary: dst = a (bool) ? b : c.
  RIVAL_SELECT,
  // Unary, register a.
  RIVAL_NEGATE, RIVAL_ABSOLUTE, RIVAL_SIGN, RIVAL_EXPONENTIAL, RIVAL_LOGARITHM, RIVAL_LOG1P, RIVAL_EXPM1, RIVAL_SQUARE_ROOT,
  RIVAL_RECIPROCAL_SQUARE_ROOT, RIVAL_TANH, RIVAL_SIGMOID, RIVAL_SINE, RIVAL_COSINE, RIVAL_FLOOR, RIVAL_ERROR_FUNCTION,
  RIVAL_SOFTPLUS,     // log(1 + exp(a)), stable
  RIVAL_LEAKY_RELU,   // a > 0 ? a : x * a, x the step's immediate (0 gives ReLU; NaN stays NaN)
  RIVAL_IS_FINITE,    // result BOOL
  RIVAL_LOGICAL_NOT,  // BOOL
  // Conversion of register a from `from` to `dtype` (float to int truncates toward zero, saturating, NaN gives 0; to bool: != 0).
  RIVAL_CONVERT,
  RIVAL_BITCAST_TO_FLOAT,  // the 32 bits of an INT32 lane as FLOAT32
  // Sources.
  RIVAL_IOTA,         // INT32: coordinate along one axis: (flat / p) % q, p and q the immediates
  RIVAL_RANDOM_BITS,  // INT32: Philox4x32-10 of the flat element index, see rival_philox_bits
  RIVAL_STEP_COUNT_OF_OPERATIONS
};

typedef struct {
  int32_t operation;
  int32_t dtype;  // of the result, except comparisons and IS_FINITE: of the operands (result lanes are BOOL)
  int32_t from;   // CONVERT: the operand's dtype
  int32_t dst, a, b, c;
  int32_t pad;
  double x;             // immediate
  int64_t p, q;         // immediates
  uint64_t key;         // RANDOM_BITS of one stream
  const uint64_t *keys; // RANDOM_BITS of several streams, of p elements each; NULL for one
  const int32_t *step;  // RANDOM_BITS: the counter's upper words are step[0]; NULL means 0
} rival_step;

typedef struct {
  int32_t rank;
  int32_t registers;  // how many registers the steps use; each is tile * 8 bytes of scratch
  int64_t dims[RIVAL_MAX_RANK];
  int64_t outer, reduced, inner;  // product equals the space's size; meaningful when reduction_count > 0
  int32_t load_count, step_count, store_count, reduction_count;
  rival_load *loads;
  rival_step *steps;
  rival_store *stores;
  rival_reduction *reductions;
  // Filled by rival_kernel_prepare.
  int64_t tile;            // elements a tile
  int64_t chunk;           // elements a chunk: the unit that threads share out; fixed by the shape, not by the thread count
  int64_t chunk_count;
  int64_t reduced_chunks;  // > 1 only when outer == 1: partial results to combine
  void *plan;              // private
} rival_kernel;

// Chooses tile, chunk and access patterns. Call before sizing `partials`; set each reduction's `partials` afterwards.
// The result of a kernel does not depend on the number of threads: chunks are fixed, and partials combine in order.
void rival_kernel_prepare(rival_kernel *kernel);
void rival_kernel_release(rival_kernel *kernel);  // frees `plan` only

void rival_run_kernel(void *kernel, int thread, int threads);            // rival_run
void rival_run_combine(void *kernel, int thread, int threads);           // rival_run: combines partials; needed when reduced_chunks > 1, after a barrier
size_t rival_kernel_scratch_bytes(const rival_kernel *kernel);           // per thread; scratch is thread-local, grown on first use by rival_reserve_scratch
void rival_reserve_scratch(size_t bytes, int threads);                   // makes every pool thread's scratch at least this large (call when a program is built)

// MARK: Philox4x32-10 (Salmon et al. 2011)

void rival_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t result[4]);
// Element e of a stream: word e % 4 of Philox(counter = {e/4 low, e/4 high, step, 0}, key = {key low, key high}).
void rival_philox_bits(uint64_t key, uint32_t step, uint64_t first, int64_t count, uint32_t *result);

// MARK: Data movement and indexing (rival_run contexts)

typedef struct {  // dst[i] = src[i] over dims with strides on both sides (elements)
  const void *source;
  void *destination;
  int32_t element_bytes, rank;
  int64_t dims[RIVAL_MAX_RANK], source_strides[RIVAL_MAX_RANK], destination_strides[RIVAL_MAX_RANK];
} rival_copy;
void rival_run_copy(void *copy, int thread, int threads);

typedef struct {  // fills `count` elements with one element's bytes
  void *destination;
  int64_t count;
  int32_t element_bytes;
  uint8_t value[8];
} rival_fill;
void rival_run_fill(void *fill, int thread, int threads);

typedef struct {  // gather: result[o, j, i] = source[o, indices[j], i]; an index outside [0, size) is clamped
  const void *source;
  const int32_t *indices;
  void *result;
  int64_t outer, size, count, inner;
  int32_t element_bytes, pad;
} rival_gather;
void rival_run_gather(void *gather, int thread, int threads);

typedef struct {  // scatter-add: result [outer, size, inner] zeroed, then result[o, indices[j], i] += source[o, j, i] in order of j
  const void *source;
  const int32_t *indices;
  void *result;
  int64_t outer, size, count, inner;
  int32_t dtype, pad;
} rival_scatter;
void rival_run_scatter(void *scatter, int thread, int threads);

// MARK: What products and convolutions may apply to their results

enum { RIVAL_ACTIVATION_NONE = 0, RIVAL_ACTIVATION_LEAKY_RELU = 1, RIVAL_ACTIVATION_TANH = 2, RIVAL_ACTIVATION_SIGMOID = 3 };

// MARK: Products that the libraries do badly: float32 matmul with a tiny dimension

// c[m,n] = sum_k a[m,k] b[k,n] (+ bias[n], then activation), strides in elements: a(m,k) = a[m*a_row + k*a_column], likewise b; c is dense.
// Meant for k <= 8, or n <= 8, or m <= 8. Splits over rows (or columns when m is small).
typedef struct {
  const float *a, *b, *bias;
  float *c;
  int64_t m, n, k, a_row, a_column, b_row, b_column;
  int32_t activation;  // RIVAL_ACTIVATION_..., leaky ReLU with slope alpha
  float alpha;
} rival_skinny_matmul;
void rival_run_skinny_matmul(void *matmul, int thread, int threads);

// MARK: Reference convolution (float32 and float64), for dtypes and geometries that oneDNN lacks. NHWC, HWIO.

typedef struct {
  int64_t batch, height, width, channels;             // the convolution's input
  int64_t kernel_height, kernel_width, out_channels;
  int64_t out_height, out_width;
  int64_t stride_y, stride_x, dilation_y, dilation_x;  // dilation 1 is dense
  int64_t pad_top, pad_left;                           // pad_bottom and pad_right follow from the output's size
} rival_convolution_geometry;

enum { RIVAL_CONVOLUTION = 0, RIVAL_CONVOLUTION_INPUT_GRADIENT = 1, RIVAL_CONVOLUTION_KERNEL_GRADIENT = 2 };

typedef struct {
  rival_convolution_geometry geometry;
  int32_t kind, dtype;
  void *input;   // [batch, height, width, channels]: read, or written by INPUT_GRADIENT
  void *kernel;  // [kh, kw, channels, out_channels]: read, or written by KERNEL_GRADIENT
  void *output;  // [batch, oh, ow, out_channels]: written by CONVOLUTION, else read (the output's gradient)
} rival_convolution;
void rival_run_convolution(void *convolution, int thread, int threads);

#endif
