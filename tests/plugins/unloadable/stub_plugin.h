/* A whole plugin without tests in plain C: what the files of this folder are made from.
 *
 * Before including, define STUB_ID, the id in the note and in the struct. May be defined too:
 *   STUB_ABI     the abi in the note; "1.0"
 *   STUB_MAGIC   the magic of the struct; E2E_PLUGIN_MAGIC
 *   STUB_ENTRY   the name of the entry; e2e_plugin_v1
 */
#ifndef STUB_PLUGIN_H
#define STUB_PLUGIN_H

#include "e2e/abi.h"

#ifndef STUB_ABI
#define STUB_ABI "1.0"
#endif
#ifndef STUB_MAGIC
#define STUB_MAGIC E2E_PLUGIN_MAGIC
#endif
#ifndef STUB_ENTRY
#define STUB_ENTRY e2e_plugin_v1
#endif

#define STUB_NOTE_LINE(text) "  .ascii \"" text "\\n\"\n"
__asm__(".pushsection " E2E_NOTE_SECTION
        ",\"a\",%note\n"
        "  .balign 4\n"
        "  .long 4\n"
        "  .long 2f - 1f\n"
        "  .long 1\n"
        "  .asciz \"" E2E_NOTE_NAME
        "\"\n"
        "1:\n" STUB_NOTE_LINE("abi=" STUB_ABI) STUB_NOTE_LINE("id=" STUB_ID) STUB_NOTE_LINE("version=1.2.3")
            STUB_NOTE_LINE("service=*") STUB_NOTE_LINE("sanitizer=none") "2:\n"
                                                                         "  .balign 4\n"
                                                                         ".popsection\n");

#ifdef __cplusplus
extern "C" {
#endif

static e2e_rc stub_init(const e2e_host* host, void** ctx) {
  (void)host;
  *ctx = 0;
  return E2E_PASS;
}
static void stub_deinit(void* ctx) { (void)ctx; }
static uint32_t stub_test_count(void* ctx) {
  (void)ctx;
  return 0;
}
static const e2e_test_desc* stub_test_at(void* ctx, uint32_t index) {
  (void)ctx;
  (void)index;
  return 0;
}
static e2e_rc stub_scope_open(void* ctx, e2e_page* page, void** scope) {
  (void)ctx;
  (void)page;
  *scope = 0;
  return E2E_PASS;
}
static e2e_rc stub_scope_close(void* ctx, void* scope) {
  (void)ctx;
  (void)scope;
  return E2E_PASS;
}
static e2e_rc stub_run(void* ctx, void* scope, e2e_str test_id, e2e_page* page) {
  (void)ctx;
  (void)scope;
  (void)test_id;
  (void)page;
  return E2E_PASS;
}
static const void* stub_get_extension(void* ctx, const char* id) {
  (void)ctx;
  (void)id;
  return 0;
}

E2E_EXPORT const e2e_plugin* STUB_ENTRY(void);
E2E_EXPORT const e2e_plugin* STUB_ENTRY(void) {
  static const e2e_plugin plugin = {STUB_MAGIC,
                                    sizeof(e2e_plugin),
                                    E2E_ABI_MAJOR,
                                    E2E_ABI_MINOR,
                                    0,
                                    {STUB_ID, sizeof(STUB_ID) - 1},
                                    {"1.2.3", 5},
                                    {"*", 1},
                                    stub_init,
                                    stub_deinit,
                                    stub_test_count,
                                    stub_test_at,
                                    stub_scope_open,
                                    stub_scope_close,
                                    stub_run,
                                    stub_get_extension,
                                    0};
  return &plugin;
}

#ifdef __cplusplus
}
#endif

#endif
