// A convolution whose kernel covers its whole input is one matmul over plain HWIO weights: nothing is packed.
// Measured on two threads of an AVX-512 machine, 64 images of 4 x 4 x 256 (microseconds, here / oneDNN 2.6.3's
// convolution): 100 filters: forward 130 / 648, input gradient 161 / 264, kernel gradient 155 / 915; 1 filter: 6 /
// 133, 7 / 11, 5 / 117.
#include "internal.h"

bool rival_is_product(const rival_convolution_geometry *g) {
  return g->out_height == 1 && g->out_width == 1 && g->pad_top == 0 && g->pad_left == 0 && g->kernel_height == g->height &&
         g->kernel_width == g->width && (g->dilation_y == 1 || g->kernel_height == 1) &&
         (g->dilation_x == 1 || g->kernel_width == 1);
}

rival_shares *rival_product_create(const rival_convolution_description *description, int threads) {
  static const float some_bias;
  const rival_convolution_geometry *g = &description->geometry;
  int64_t size = g->height * g->width * g->channels, filters = g->out_channels;
  rival_matmul_description matmul = {.batch = 1, .threads = threads};
  switch (description->kind) {
    case RIVAL_CONVOLUTION:  // output[batch, filters] = input kernel
      matmul.m = g->batch, matmul.k = size, matmul.n = filters;
      matmul.a_row = size, matmul.a_column = 1, matmul.b_row = filters, matmul.b_column = 1;
      matmul.activation = description->activation;
      matmul.alpha = description->alpha;
      matmul.bias = description->has_bias ? &some_bias : NULL;  // replaced when bound
      break;
    case RIVAL_CONVOLUTION_INPUT_GRADIENT:  // input[batch, size] = output kernel^T
      matmul.m = g->batch, matmul.k = filters, matmul.n = size;
      matmul.a_row = filters, matmul.a_column = 1, matmul.b_row = 1, matmul.b_column = filters;
      break;
    default:  // kernel[size, filters] = input^T output
      matmul.m = size, matmul.k = g->batch, matmul.n = filters;
      matmul.a_row = 1, matmul.a_column = size, matmul.b_row = filters, matmul.b_column = 1;
      break;
  }
  return rival_shares_create(&matmul);
}

void rival_product_bind(
    rival_shares *shares, int kind, const float *input, const float *kernel, const float *bias, const float *output) {
  switch (kind) {
    case RIVAL_CONVOLUTION: rival_shares_bind(shares, input, kernel, bias, (float *)output); break;
    case RIVAL_CONVOLUTION_INPUT_GRADIENT: rival_shares_bind(shares, output, kernel, NULL, (float *)input); break;
    default: rival_shares_bind(shares, input, output, NULL, (float *)kernel); break;
  }
}
