// The part of the PJRT C interface that Rival calls, in declarations of its own: the order of the function table, and the order and types of
// the fields of each argument block. `Tests/Reference/check_pjrt_abi` compares them with the interface's own header.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Where a function stands in the plugin's table, counted from the first.
enum pjrt_function {
  PJRT_ERROR_DESTROY = 0,
  PJRT_ERROR_MESSAGE = 1,
  PJRT_ERROR_CODE = 2,
  PJRT_PLUGIN_INITIALIZE = 3,
  PJRT_PLUGIN_ATTRIBUTES = 4,
  PJRT_EVENT_DESTROY = 5,
  PJRT_EVENT_AWAIT = 8,
  PJRT_CLIENT_CREATE = 10,
  PJRT_CLIENT_DESTROY = 11,
  PJRT_CLIENT_PLATFORM_NAME = 12,
  PJRT_CLIENT_PLATFORM_VERSION = 14,
  PJRT_CLIENT_ADDRESSABLE_DEVICES = 16,
  PJRT_CLIENT_COMPILE = 20,
  PJRT_CLIENT_BUFFER_FROM_HOST = 22,
  PJRT_DESCRIPTION_NUMBER = 23,
  PJRT_DESCRIPTION_KIND = 26,
  PJRT_DEVICE_DESCRIPTION = 29,
  PJRT_DEVICE_MEMORY = 34,
  PJRT_EXECUTABLE_DESTROY = 40,
  PJRT_EXECUTABLE_SERIALIZE = 49,
  PJRT_LOADED_DESTROY = 50,
  PJRT_LOADED_EXECUTABLE = 51,
  PJRT_LOADED_EXECUTE = 55,
  PJRT_EXECUTABLE_LOAD = 56,
  PJRT_BUFFER_DESTROY = 58,
  PJRT_BUFFER_TO_HOST = 70,
  PJRT_BUFFER_READY = 72,
  PJRT_TOPOLOGY_CREATE = 82,
  PJRT_TOPOLOGY_DESTROY = 83,
  PJRT_COMPILE_AHEAD = 89,
  PJRT_EXECUTABLE_MEMORY = 96,
};

// Element types by their numbers.
enum pjrt_type { PJRT_BOOL = 1, PJRT_INT32 = 4, PJRT_UINT32 = 8, PJRT_FLOAT32 = 11, PJRT_FLOAT64 = 12, PJRT_BFLOAT16 = 13 };

// What the host's memory must stay for, while a buffer is made of it.
enum pjrt_host_memory { PJRT_UNTIL_RETURN = 0, PJRT_UNTIL_TRANSFERRED = 1 };

// The kinds of a named value.
enum pjrt_value_kind { PJRT_TEXT = 0, PJRT_INTEGER = 1, PJRT_INTEGERS = 2, PJRT_REAL = 3, PJRT_TRUTH = 4 };

// Every argument block begins with its size and a chain of extensions.
#define PJRT_HEAD \
  size_t size;    \
  void *extensions

struct pjrt_api {
  PJRT_HEAD;
  struct {
    PJRT_HEAD;
    int major, minor;
  } version;
  void *functions[];
};

// Argument blocks whose only field is what they are about: destroying, awaiting; without it, initializing.
struct pjrt_subject { PJRT_HEAD; void *subject; };
struct pjrt_nothing { PJRT_HEAD; };
// A text about something: a name, a message.
struct pjrt_text { PJRT_HEAD; const void *subject; const char *text; size_t length; };
struct pjrt_number { PJRT_HEAD; void *subject; int number; };
struct pjrt_code { PJRT_HEAD; const void *error; int code; };
// Something that belongs to something: the description of a device, the executable that was loaded, the event of a buffer.
struct pjrt_related { PJRT_HEAD; void *subject; void *result; };
struct pjrt_list { PJRT_HEAD; void *subject; void *const *items; size_t count; };

struct pjrt_value {
  PJRT_HEAD;
  const char *name;
  size_t name_length;
  int kind;
  union {
    const char *text;
    int64_t integer;
    const int64_t *integers;
    float real;
    bool truth;
  } as;
  size_t count;
};
struct pjrt_attributes { PJRT_HEAD; const struct pjrt_value *values; size_t count; };

struct pjrt_client_create {
  PJRT_HEAD;
  const struct pjrt_value *options;
  size_t option_count;
  void *get, *get_context, *put, *put_context;
  void *client;
  void *try_get, *try_get_context;
};

struct pjrt_program { PJRT_HEAD; char *code; size_t code_size; const char *format; size_t format_size; };
struct pjrt_compile {
  PJRT_HEAD;
  void *client;
  const struct pjrt_program *program;
  const char *options;
  size_t options_size;
  void *executable;
};
struct pjrt_topology {
  PJRT_HEAD;
  const char *name;
  size_t name_length;
  const struct pjrt_value *options;
  size_t option_count;
  void *topology;
};
struct pjrt_compile_ahead {
  PJRT_HEAD;
  const void *topology;
  const struct pjrt_program *program;
  const char *options;
  size_t options_size;
  void *client;
  void *executable;
};

struct pjrt_buffer_from_host {
  PJRT_HEAD;
  void *client;
  const void *data;
  int type;
  const int64_t *dimensions;
  size_t rank;
  const int64_t *strides;
  size_t stride_count;
  int host_memory;
  void *device, *memory, *layout;
  void *done;
  void *buffer;
};
struct pjrt_buffer_to_host { PJRT_HEAD; void *buffer; void *layout; void *destination; size_t byte_count; void *done; };

struct pjrt_execute_options {
  PJRT_HEAD;
  void **send, **receive;
  size_t send_count, receive_count;
  int launch;
  const int64_t *kept;  // arguments that are not donated in this run
  size_t kept_count;
  void *context;
  const char *location;
  size_t task_count;
  int *tasks;
  int64_t *incarnations;
};
struct pjrt_execute {
  PJRT_HEAD;
  void *executable;
  struct pjrt_execute_options *options;
  void *const *const *arguments;
  size_t device_count, argument_count;
  void **const *outputs;
  void **done;
  void *device;
};

struct pjrt_serialize {
  PJRT_HEAD;
  const void *executable;
  const char *bytes;
  size_t count;
  void *backing;
  void (*release)(void *backing);
};
struct pjrt_load {
  PJRT_HEAD;
  void *client;
  const char *bytes;
  size_t count;
  void *executable;
  const char *options;
  size_t options_size;
};

// Bytes that a device has in use; further fields, each with a truth that says whether it is known.
struct pjrt_device_memory {
  PJRT_HEAD;
  void *device;
  int64_t in_use;
  int64_t peak_in_use;
  bool peak_in_use_known;
  int64_t allocation_count;
  bool allocation_count_known;
  int64_t largest_allocation;
  bool largest_allocation_known;
  int64_t limit;
  bool limit_known;
  int64_t reserved;
  bool reserved_known;
  int64_t peak_reserved;
  bool peak_reserved_known;
  int64_t reservable_limit;
  bool reservable_limit_known;
  int64_t largest_free_block;
  bool largest_free_block_known;
  int64_t pool;
  bool pool_known;
  int64_t peak_pool;
  bool peak_pool_known;
};
struct pjrt_executable_memory {
  PJRT_HEAD;
  void *executable;
  int64_t code, arguments, outputs, aliased, temporary;
  int64_t host[5];
  int64_t peak;
};

// Loads a plugin: its table, or null with the reason in `why`. It is never unloaded.
const struct pjrt_api *rival_pjrt_load(const char *path, char *why, size_t room);

// Calls a function of the table; returns its error, null where it succeeded.
void *rival_pjrt_call(const struct pjrt_api *api, enum pjrt_function function, void *arguments);
