// libhdf5 as Swift needs it: what the headers offer only as macros, and the calls whose types differ between 1.10,
// 1.12 and later, behind functions that read the same for all of them.
#ifndef CHDF5_SHIM_H
#define CHDF5_SHIM_H

#if __has_include(<hdf5.h>)
#include <hdf5.h>
#elif __has_include(<hdf5/serial/hdf5.h>)
#include <hdf5/serial/hdf5.h>
#else
#error "hdf5.h not found; on Debian and Ubuntu: apt-get install libhdf5-dev"
#endif

#include <stdbool.h>

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
static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline bool chdf5_is_undefined(haddr_t address) { return address == HADDR_UNDEF; }

// How many hard links lead to an object, or -1.
static inline long chdf5_link_count(hid_t object) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info;
  return H5Oget_info3(object, &info, H5O_INFO_BASIC) < 0 ? -1 : (long)info.rc;
#else
  H5O_info_t info;
  return H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0 ? -1 : (long)info.rc;
#endif
}

// Calls `visit` for each link of a group, in no order, with its place by creation (-1 if unknown); it returns whether to go on. Returns a
// negative number on failure. In any order but its own the library first builds a table, which 1.10 releases uninitialized when it fails.
typedef bool (*chdf5_link_visitor)(void *context, const char *name, bool is_hard, int64_t place);

typedef struct {
  void *context;
  chdf5_link_visitor visit;
} chdf5_link_call;

static inline herr_t chdf5_visit_link(hid_t group, const char *name, const H5L_info_t *info, void *data) {
  const chdf5_link_call *call = (const chdf5_link_call *)data;
  (void)group;
  return call->visit(call->context, name, info->type == H5L_TYPE_HARD, info->corder_valid ? info->corder : -1) ? 0 : 1;
}

static inline herr_t chdf5_each_link(hid_t group, bool by_creation, void *context, chdf5_link_visitor visit) {
  chdf5_link_call call = {context, visit};
  hsize_t position = 0;
  return H5Literate(group, by_creation ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME, H5_ITER_NATIVE, &position,
                    chdf5_visit_link, &call);
}

// Calls `visit` for each attribute name of an object; as above.
typedef bool (*chdf5_attribute_visitor)(void *context, const char *name);

typedef struct {
  void *context;
  chdf5_attribute_visitor visit;
} chdf5_attribute_call;

static inline herr_t chdf5_visit_attribute(hid_t object, const char *name, const H5A_info_t *info, void *data) {
  const chdf5_attribute_call *call = (const chdf5_attribute_call *)data;
  (void)object, (void)info;
  return call->visit(call->context, name) ? 0 : 1;
}

static inline herr_t chdf5_each_attribute(
    hid_t object, bool by_creation, void *context, chdf5_attribute_visitor visit) {
  chdf5_attribute_call call = {context, visit};
  hsize_t position = 0;
  return H5Aiterate2(object, by_creation ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME, H5_ITER_INC, &position,
                     chdf5_visit_attribute, &call);
}

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
