// Vector types of 16 lanes, whatever the unit; the compiler splits them where registers are narrower.
typedef float LANES(f32) __attribute__((ext_vector_type(16)));
typedef double LANES(f64) __attribute__((ext_vector_type(16)));
typedef int32_t LANES(i32) __attribute__((ext_vector_type(16)));
typedef uint32_t LANES(u32) __attribute__((ext_vector_type(16)));
typedef int64_t LANES(i64) __attribute__((ext_vector_type(16)));
typedef uint64_t LANES(u64) __attribute__((ext_vector_type(16)));
typedef uint64_t LANES(u64x8) __attribute__((ext_vector_type(8)));
typedef uint8_t LANES(u8) __attribute__((ext_vector_type(16)));
typedef LANES(f32) LANES(f32_memory) __attribute__((aligned(1), may_alias));
typedef LANES(f64) LANES(f64_memory) __attribute__((aligned(1), may_alias));
typedef LANES(i32) LANES(i32_memory) __attribute__((aligned(1), may_alias));
typedef LANES(u32) LANES(u32_memory) __attribute__((aligned(1), may_alias));
typedef LANES(u8) LANES(u8_memory) __attribute__((aligned(1), may_alias));

#define f32 LANES(f32)
#define f64 LANES(f64)
#define i32 LANES(i32)
#define u32 LANES(u32)
#define i64 LANES(i64)
#define u64 LANES(u64)
#define u64x8 LANES(u64x8)
#define u8 LANES(u8)
#define INLINE static inline __attribute__((always_inline, unused))

// The group of 16 lanes at element index `i` of an array.
#define LOAD_f32(p, i) (*(const LANES(f32_memory) *)((const float *)(p) + (i)))
#define LOAD_f64(p, i) (*(const LANES(f64_memory) *)((const double *)(p) + (i)))
#define LOAD_i32(p, i) (*(const LANES(i32_memory) *)((const int32_t *)(p) + (i)))
#define LOAD_u32(p, i) (*(const LANES(u32_memory) *)((const uint32_t *)(p) + (i)))
#define STORE_f32(p, i, v) (*(LANES(f32_memory) *)((float *)(p) + (i)) = (v))
#define STORE_f64(p, i, v) (*(LANES(f64_memory) *)((double *)(p) + (i)) = (v))
#define STORE_i32(p, i, v) (*(LANES(i32_memory) *)((int32_t *)(p) + (i)) = (v))
#define STORE_u32(p, i, v) (*(LANES(u32_memory) *)((uint32_t *)(p) + (i)) = (v))
#define CONVERT(v, type) __builtin_convertvector(v, type)
#define AS(type, v) __builtin_bit_cast(type, v)
