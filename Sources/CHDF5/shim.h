// libhdf5 as Swift needs it for writing: what the headers offer only as macros, and the walk through an error.
#ifndef CHDF5_SHIM_H
#define CHDF5_SHIM_H

#if __has_include(<hdf5.h>)
#include <hdf5.h>
#elif __has_include(<hdf5/serial/hdf5.h>)
#include <hdf5/serial/hdf5.h>
#else
#error "hdf5.h not found; on Debian and Ubuntu: apt-get install libhdf5-dev"
#endif

// File types: explicit byte order, never the machine's.
static inline hid_t chdf5_float32(void) { return H5T_IEEE_F32LE; }
static inline hid_t chdf5_float64(void) { return H5T_IEEE_F64LE; }
static inline hid_t chdf5_int32(void) { return H5T_STD_I32LE; }
static inline hid_t chdf5_int64(void) { return H5T_STD_I64LE; }
static inline hid_t chdf5_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t chdf5_uint32(void) { return H5T_STD_U32LE; }
static inline hid_t chdf5_uint64(void) { return H5T_STD_U64LE; }
static inline hid_t chdf5_string(void) { return H5T_C_S1; }

// Property list classes, flags and constants with the types that the functions want.
static inline hid_t chdf5_file_creation(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_group_creation(void) { return H5P_GROUP_CREATE; }
static inline hid_t chdf5_dataset_creation(void) { return H5P_DATASET_CREATE; }
static inline hid_t chdf5_default(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_error_default(void) { return H5E_DEFAULT; }
static inline unsigned chdf5_truncate(void) { return H5F_ACC_TRUNC; }

// Calls `visit` for each frame of an error stack, from the call made down to the cause.
typedef void (*chdf5_error_visitor)(void *context, const char *function, const char *description);

typedef struct {
  void *context;
  chdf5_error_visitor visit;
} chdf5_error_call;

static inline herr_t chdf5_visit_error(unsigned depth, const H5E_error2_t *frame, void *data) {
  const chdf5_error_call *call = (const chdf5_error_call *)data;
  (void)depth;
  call->visit(call->context, frame->func_name, frame->desc);
  return 0;
}

static inline void chdf5_each_error(hid_t stack, void *context, chdf5_error_visitor visit) {
  chdf5_error_call call = {context, visit};
  H5Ewalk2(stack, H5E_WALK_DOWNWARD, chdf5_visit_error, &call);
}

#endif
