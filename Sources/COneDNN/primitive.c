// The engine, errors, attributes, and primitives bound to their memory.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

static _Thread_local char error_text[256];

const char *rival_dnnl_error(void) { return error_text; }

bool rival_dnnl_fail(const char *text) {
  snprintf(error_text, sizeof error_text, "%s", text);
  return false;
}

bool rival_dnnl_fail_status(const char *action, dnnl_status_t status) {
  static const char *const reasons[] = {
      "success", "out of memory", "invalid arguments", "not implemented", "no further implementation", "a runtime error", "not required",
  };
  const char *reason = (unsigned)status < sizeof reasons / sizeof *reasons ? reasons[status] : "an unknown status";
  snprintf(error_text, sizeof error_text, "oneDNN could not %s: %s", action, reason);
  return false;
}

static char description[96];

static void describe_library(void) {
  static const struct {
    dnnl_cpu_isa_t isa;
    const char *name;
  } names[] = {
      {dnnl_cpu_isa_sse41, "sse41"},
      {dnnl_cpu_isa_avx, "avx"},
      {dnnl_cpu_isa_avx2, "avx2"},
      {dnnl_cpu_isa_avx512_core, "avx512_core"},
      {dnnl_cpu_isa_avx512_core_vnni, "avx512_core_vnni"},
      {dnnl_cpu_isa_avx512_core_bf16, "avx512_core_bf16"},
      {dnnl_cpu_isa_avx512_core_amx, "avx512_core_amx"},
  };
  const dnnl_version_t *version = dnnl_version();
  const dnnl_cpu_isa_t isa = dnnl_get_effective_cpu_isa();
  char other[24];
  snprintf(other, sizeof other, "isa 0x%x", (unsigned)isa);
  const char *name = other;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (names[i].isa == isa) name = names[i].name;
  }
  snprintf(description, sizeof description, "%d.%d.%d %s", version->major, version->minor, version->patch, name);
}

const char *rival_dnnl_description(void) {
  static pthread_once_t described = PTHREAD_ONCE_INIT;
  pthread_once(&described, describe_library);
  return description;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static dnnl_engine_t engine;
static dnnl_stream_t stream;

static void start(void) {
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) {
    engine = NULL;
  } else if (dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) != dnnl_success) {
    dnnl_engine_destroy(engine);
    engine = NULL;
  }
}

dnnl_engine_t rival_dnnl_engine(void) {
  pthread_once(&once, start);
  if (!engine) rival_dnnl_fail("oneDNN could not create a CPU engine");
  return engine;
}

dnnl_stream_t rival_dnnl_stream(void) { return stream; }

dnnl_primitive_attr_t rival_dnnl_attributes(bool accumulate, int activation, float alpha) {
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t operations = NULL;
  dnnl_status_t status = dnnl_primitive_attr_create(&attributes);
  if (status == dnnl_success) status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (status == dnnl_success) status = dnnl_post_ops_create(&operations);
  if (status == dnnl_success && accumulate) status = dnnl_post_ops_append_sum(operations, 1);
  if (status == dnnl_success && activation != RIVAL_ACTIVATION_NONE) {
    dnnl_alg_kind_t algorithm = activation == RIVAL_ACTIVATION_LEAKY_RELU ? dnnl_eltwise_relu
                                : activation == RIVAL_ACTIVATION_TANH     ? dnnl_eltwise_tanh
                                                                          : dnnl_eltwise_logistic;
    float slope = activation == RIVAL_ACTIVATION_LEAKY_RELU ? alpha : 0;
    status = dnnl_post_ops_append_eltwise(operations, 1, algorithm, slope, 0);
  }
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
  if (operations) dnnl_post_ops_destroy(operations);
  if (status == dnnl_success) return attributes;
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  rival_dnnl_fail_status("create a primitive's attributes", status);
  return NULL;
}

bool rival_dnnl_is_reference(const_dnnl_primitive_desc_t descriptor) {
  const char *name = NULL;
  if (dnnl_primitive_desc_query(descriptor, dnnl_query_impl_info_str, 0, (void *)&name) != dnnl_success || !name) return false;
  return strncmp(name, "ref", 3) == 0;
}

bool rival_bound_add(rival_bound *bound, int argument, const dnnl_memory_desc_t *layout, const void *data) {
  dnnl_memory_t memory = NULL;
  void *handle = data ? (void *)data : DNNL_MEMORY_NONE;
  dnnl_status_t status = dnnl_memory_create(&memory, layout, rival_dnnl_engine(), handle);
  if (status != dnnl_success) return rival_dnnl_fail_status("create a memory object", status);
  bound->arguments[bound->count++] = (dnnl_exec_arg_t){argument, memory};
  return true;
}

void rival_bound_set(rival_bound *bound, int argument, const void *data) {
  for (int i = 0; i < bound->count; i++) {
    if (bound->arguments[i].arg == argument) dnnl_memory_set_data_handle(bound->arguments[i].memory, (void *)data);
  }
}

void rival_bound_release(rival_bound *bound) {
  for (int i = 0; i < bound->count; i++) dnnl_memory_destroy(bound->arguments[i].memory);
  if (bound->primitive) dnnl_primitive_destroy(bound->primitive);
  *bound = (rival_bound){0};
}

