#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <turbojpeg.h>

/// What a JPEG file says of its image, and what is wrong with it.
typedef struct {
  uint32_t width, height;
  /// 1 (grey), 3 (RGB) or 4 (CMYK, as it is stored).
  int channels;
  /// What is wrong; empty where nothing is.
  char message[JMSG_LENGTH_MAX];
} rival_jpeg_info;

typedef struct {
  struct jpeg_error_mgr manager;
  struct jpeg_progress_mgr progress;
  rival_jpeg_info *info;
  int largest_scans;
  jmp_buf exit;
} rival_jpeg_state;

static void rival_jpeg_fail(j_common_ptr jpeg) {
  rival_jpeg_state *state = (rival_jpeg_state *)jpeg->client_data;
  if (!state->info->message[0]) state->manager.format_message(jpeg, state->info->message);
  longjmp(state->exit, 1);
}

static void rival_jpeg_ignore(j_common_ptr jpeg, int level) {
  (void)jpeg;
  (void)level;
}

static void rival_jpeg_begin(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean rival_jpeg_fill(j_decompress_ptr jpeg) {
  rival_jpeg_state *state = (rival_jpeg_state *)jpeg->client_data;
  snprintf(state->info->message, sizeof(state->info->message), "it ends too early");
  longjmp(state->exit, 1);
  return FALSE;
}

static void rival_jpeg_skip(j_decompress_ptr jpeg, long count) {
  if (count <= 0) return;
  if ((size_t)count > jpeg->src->bytes_in_buffer) rival_jpeg_fill(jpeg);
  jpeg->src->next_input_byte += count;
  jpeg->src->bytes_in_buffer -= (size_t)count;
}

static void rival_jpeg_progress(j_common_ptr jpeg) {
  rival_jpeg_state *state = (rival_jpeg_state *)jpeg->client_data;
  if (((j_decompress_ptr)jpeg)->input_scan_number <= state->largest_scans) return;
  snprintf(state->info->message, sizeof(state->info->message), "it has more than %d scans", state->largest_scans);
  longjmp(state->exit, 1);
}

/// Reads the header of a JPEG file and, where `target` is not NULL, its image: height × width × channels bytes, rows from above. The transform is the accurate
/// one of integers, colours are interpolated; what the library warns of is read over, what ends too early is refused. Returns 0 where it is no such
/// file, or a damaged one.
static inline int rival_jpeg_decode(const uint8_t *bytes, size_t count, uint8_t *target, int largest_scans, rival_jpeg_info *info) {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_source_mgr source;
  rival_jpeg_state state;
  volatile int result = 0;
  memset(&jpeg, 0, sizeof jpeg);
  memset(&source, 0, sizeof source);
  memset(&state, 0, sizeof state);
  info->message[0] = 0;
  state.info = info;
  state.largest_scans = largest_scans;
  state.progress.progress_monitor = rival_jpeg_progress;
  jpeg.err = jpeg_std_error(&state.manager);
  state.manager.error_exit = rival_jpeg_fail;
  state.manager.emit_message = rival_jpeg_ignore;
  jpeg.client_data = &state;
  if (setjmp(state.exit) == 0) {
    jpeg_create_decompress(&jpeg);
    jpeg.progress = &state.progress;
    source.init_source = rival_jpeg_begin;
    source.fill_input_buffer = rival_jpeg_fill;
    source.skip_input_data = rival_jpeg_skip;
    source.resync_to_restart = jpeg_resync_to_restart;
    source.term_source = rival_jpeg_begin;
    source.next_input_byte = bytes;
    source.bytes_in_buffer = count;
    jpeg.src = &source;
    jpeg_read_header(&jpeg, TRUE);
    switch (jpeg.num_components) {
    case 1: jpeg.out_color_space = JCS_GRAYSCALE; break;
    case 3: jpeg.out_color_space = JCS_RGB; break;
    case 4: jpeg.out_color_space = JCS_CMYK; break;
    default:
      snprintf(info->message, sizeof(info->message), "it has %d channels", jpeg.num_components);
      longjmp(state.exit, 1);
    }
    info->width = jpeg.image_width;
    info->height = jpeg.image_height;
    info->channels = jpeg.num_components;
    if (target) {
      jpeg_start_decompress(&jpeg);
      size_t row = (size_t)info->width * (size_t)info->channels;
      while (jpeg.output_scanline < jpeg.output_height) {
        JSAMPROW place = target + row * jpeg.output_scanline;
        jpeg_read_scanlines(&jpeg, &place, 1);
      }
      jpeg_finish_decompress(&jpeg);
    }
    result = 1;
  }
  jpeg_destroy_decompress(&jpeg);
  return result;
}
