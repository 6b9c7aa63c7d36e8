#include "scratch.h"

#include <pthread.h>
#include <stdlib.h>

#include "include/kernels.h"

static _Thread_local void *memory;
static _Thread_local size_t size;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_key(void) { pthread_key_create(&key, free); }

void *rival_scratch(size_t bytes) {
  if (bytes <= size) return memory;
  bytes = (bytes + 65535) / 65536 * 65536;
  void *grown = rival_allocate(bytes);
  if (!grown) return NULL;
  pthread_once(&once, make_key);
  rival_free(memory);
  memory = grown;
  size = bytes;
  pthread_setspecific(key, grown);
  return grown;
}
