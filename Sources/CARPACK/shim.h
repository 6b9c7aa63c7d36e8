// ARPACK through its C interface: a few eigenvalues of a large operator, by reverse communication.
#include <arpack/arpack.h>
