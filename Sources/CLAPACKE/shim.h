// Dense linear algebra in 32-bit indices: LAPACKE's decompositions and BLAS's products.
#include <cblas.h>
#include <lapacke.h>

// The size of the OpenMP team that the calling thread starts, which is the one that OpenBLAS's products run on.
extern int omp_get_max_threads(void);
extern void omp_set_num_threads(int threads);
