#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <png.h>

/// What a PNG file says of its image, and what is wrong with it.
typedef struct {
  uint32_t width, height;
  /// Channels and bits of what is decoded: 1 to 4, and 8 or 16.
  int channels, bits;
  /// Bytes of a decoded row, and all of them.
  size_t row_bytes, bytes;
  /// What is wrong; empty where nothing is.
  char message[160];
} rival_png_info;

typedef struct {
  const uint8_t *bytes;
  size_t count, place;
  rival_png_info *info;
  jmp_buf exit;
} rival_png_source;

static void rival_png_fail(png_structp png, png_const_charp message) {
  rival_png_source *source = (rival_png_source *)png_get_error_ptr(png);
  snprintf(source->info->message, sizeof(source->info->message), "%s", message);
  longjmp(source->exit, 1);
}

static void rival_png_ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void rival_png_read(png_structp png, png_bytep target, size_t count) {
  rival_png_source *source = (rival_png_source *)png_get_io_ptr(png);
  if (count > source->count - source->place) png_error(png, "it ends too early");
  memcpy(target, source->bytes + source->place, count);
  source->place += count;
}

/// Whether each chunk lies within the file.
static inline int rival_png_is_whole(const uint8_t *bytes, size_t count) {
  size_t place = 8;
  while (place + 12 <= count) {
    size_t length = (size_t)bytes[place] << 24 | (size_t)bytes[place + 1] << 16 | (size_t)bytes[place + 2] << 8 | bytes[place + 3];
    if (length > count - place - 12) return 0;
    if (memcmp(bytes + place + 4, "IEND", 4) == 0) return 1;
    place += length + 12;
  }
  return 1;
}

/// Reads the header of a PNG file and, where `target` is not NULL, its image: `info->bytes` bytes, rows from above, channels side by side, 16 bits with the more
/// significant byte first. Values are as they are stored: gamma and profiles are ignored. Palettes become colours, a transparent colour becomes a
/// channel of alpha, fewer than 8 bits are spread over 8. Of an image of more than `largest_pixels` only width and height are read. Returns 0 where it is no
/// such file, or a damaged one.
static inline int rival_png_decode(const uint8_t *bytes, size_t count, uint8_t *target, uint64_t largest_pixels, rival_png_info *info) {
  rival_png_source source = {bytes, count, 0, info};
  // Read again after a jump.
  png_structp volatile png = NULL;
  png_infop volatile header = NULL;
  png_bytep *volatile rows = NULL;
  volatile int result = 0;
  info->message[0] = 0;
  png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, rival_png_fail, rival_png_ignore);
  if (!png) return 0;
  if (setjmp(source.exit) == 0) {
    header = png_create_info_struct(png);
    if (!header) png_error(png, "out of memory");
    png_set_read_fn(png, &source, rival_png_read);
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_set_chunk_malloc_max(png, 1 << 23);
    png_set_chunk_cache_max(png, 64);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    // Nothing but what decides the pixels: libpng would make room for the length that a chunk claims.
    static const png_byte passed_over[] =
        "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0tEXt\0tIME\0zTXt";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, passed_over, sizeof(passed_over) / 5);
    if (!rival_png_is_whole(bytes, count)) png_error(png, "it ends too early");
    png_read_info(png, header);
    info->width = png_get_image_width(png, header);
    info->height = png_get_image_height(png, header);
    if ((uint64_t)info->width * info->height > largest_pixels) {
      // No buffers for its rows.
      result = 1;
      longjmp(source.exit, 1);
    }
    int color = png_get_color_type(png, header), bits = png_get_bit_depth(png, header);
    if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    if (color == PNG_COLOR_TYPE_GRAY && bits < 8) png_set_expand_gray_1_2_4_to_8(png);
    if (png_get_valid(png, header, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
    int passes = png_set_interlace_handling(png);
    (void)passes;
    png_read_update_info(png, header);
    info->channels = png_get_channels(png, header);
    info->bits = png_get_bit_depth(png, header);
    info->row_bytes = png_get_rowbytes(png, header);
    if (info->row_bytes > 0 && info->height > ((size_t)-1 >> 1) / info->row_bytes) png_error(png, "it is too large");
    info->bytes = info->row_bytes * info->height;
    if (target) {
      rows = (png_bytep *)malloc(sizeof(png_bytep) * info->height);
      if (!rows) png_error(png, "out of memory");
      for (uint32_t row = 0; row < info->height; row++) rows[row] = target + (size_t)row * info->row_bytes;
      png_read_image(png, rows);
      png_read_end(png, NULL);
    }
    result = 1;
  }
  free(rows);
  png_structp owned = png;
  png_infop owned_header = header;
  png_destroy_read_struct(&owned, &owned_header, NULL);
  return result;
}
