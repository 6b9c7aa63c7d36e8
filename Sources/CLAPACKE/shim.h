// Dense linear algebra in 32-bit indices: LAPACKE's decompositions and BLAS's products.
#include <cblas.h>
#include <lapacke.h>
