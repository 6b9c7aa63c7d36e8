#include "pjrt.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

const struct pjrt_api *rival_pjrt_load(const char *path, char *why, size_t room) {
  // The plugins' own logging is silent unless somebody asked for it.
  setenv("TF_CPP_MIN_LOG_LEVEL", "3", 0);
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    snprintf(why, room, "%s", dlerror());
    return NULL;
  }
  const struct pjrt_api *(*table)(void) = (const struct pjrt_api *(*)(void))dlsym(library, "GetPjrtApi");
  if (!table) {
    snprintf(why, room, "it exports no GetPjrtApi, so it is no PJRT plugin");
    return NULL;
  }
  const struct pjrt_api *api = table();
  if (!api) snprintf(why, room, "its GetPjrtApi gives no table of functions");
  return api;
}

void *rival_pjrt_call(const struct pjrt_api *api, enum pjrt_function function, void *arguments) {
  return ((void *(*)(void *))api->functions[function])(arguments);
}
