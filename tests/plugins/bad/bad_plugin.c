/* What goes wrong before a test runs: constructors, the entry, the struct, init(), the scope. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <e2e/ext/state.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "bad.h"

#define LINE(text) "  .ascii \"" text "\\n\"\n"
__asm__(".pushsection " E2E_NOTE_SECTION
        ",\"a\",%note\n  .balign 4\n  .long 4\n  .long 2f - 1f\n  .long 1\n  .asciz \"" E2E_NOTE_NAME
        "\"\n1:\n" LINE("abi=1.0") LINE("id=bad") LINE("version=1.2.3") LINE("service=bad")
            LINE("sanitizer=none") "2:\n  .balign 4\n.popsection\n");

static const e2e_host* host_seen;

const char* bad_name(void) {
  static char name[64];
  Dl_info info;
  const char* start;
  if (name[0] != 0 || dladdr((const void*)(size_t)&bad_name, &info) == 0) return name;
  start = strrchr(info.dli_fname, '/');
  strncpy(name, start == 0 ? info.dli_fname : start + 1, sizeof name - 1);
  if (strchr(name, '.') != 0) *strchr(name, '.') = 0;
  return name;
}

static void crash(void) { *(volatile int*)0 = 1; }

__attribute__((constructor)) static void construct(void) {
  if (bad_is("constructor_crashes")) crash();
  if (bad_is("constructor_aborts")) abort();
  if (bad_is("constructor_exits")) exit(0);
  if (bad_is("constructor_exits_at_once")) _exit(3);
  if (bad_is("constructor_kills_itself")) raise(SIGKILL);
  if (bad_is("constructor_closes_all")) closefrom(3);
  if (bad_is("constructor_execs")) execl("/bin/true", "true", (char*)0);
  if (bad_is("constructor_hangs"))
    for (;;) pause();
}

static const e2e_report_v1* report_of(const e2e_host* host) {
  return host->get_extension(host, E2E_EXT_REPORT);
}

static e2e_rc init(const e2e_host* host, void** ctx) {
  host_seen = host;
  *ctx = 0;
  if (bad_is("init_crashes")) crash();
  if (bad_is("init_exits")) exit(0);
  if (bad_is("init_returns_garbage")) return 12345;
  if (bad_is("init_ends_a_step")) report_of(host)->step_end(host);
  if (bad_is("init_reports_a_failure")) report_of(host)->failure(host, 0);
  return bad_is("init_fails") ? E2E_FAIL : E2E_PASS;
}

static void deinit(void* ctx) {
  (void)ctx;
  if (bad_is("deinit_asks_for_a_fixture")) {
    const e2e_state_v1* const state = host_seen->get_extension(host_seen, E2E_EXT_STATE);
    e2e_str json;
    state->once_begin(host_seen, (e2e_str){"late", 4}, &json);
    return;
  }
  crash();
}

static e2e_rc scope_open(void* ctx, e2e_page* page, void** scope) {
  const e2e_report_v1* report = report_of(host_seen);
  (void)ctx, (void)page;
  *scope = 0;
  report->phase(host_seen, E2E_PHASE_BEFORE_ALL, (e2e_str){0, 0});
  if (bad_is("scope_open_crashes")) crash();
  if (bad_is("scope_open_fails")) return E2E_FAIL;
  if (bad_is("scope_open_exits")) _exit(0);
  if (bad_is("scope_open_hangs"))
    for (;;) pause();
  return E2E_PASS;
}

static e2e_rc scope_close(void* ctx, void* scope) {
  (void)ctx, (void)scope;
  if (bad_is("scope_close_crashes")) crash();
  if (bad_is("scope_close_fails")) return E2E_FAIL;
  if (bad_is("scope_close_exits")) exit(0);
  if (bad_is("scope_close_hangs"))
    for (;;) pause();
  return E2E_PASS;
}

static e2e_rc run(void* ctx, void* scope, e2e_str id, e2e_page* page) {
  const e2e_report_v1* report = report_of(host_seen);
  (void)ctx, (void)scope, (void)page;
  report->phase(host_seen, E2E_PHASE_BODY, (e2e_str){0, 0});
  /* Every twentieth of a thousand: t10, t30, ... */
  if (bad_is("thousand") && id.len > 4 && atoi(id.ptr + 4) % 20 == 10) crash();
  return id.len == 6 && memcmp(id.ptr, "m::bad", 6) == 0 ? bad_run(host_seen) : bad_check();
}

E2E_EXPORT const e2e_plugin* e2e_plugin_v1(void);
E2E_EXPORT const e2e_plugin* e2e_plugin_v1(void) {
  static const char* const unknown[] = {"e2e.nobody-has-this/9", 0};
  static e2e_plugin plugin;
  if (bad_is("entry_returns_null")) return 0;
  if (bad_is("entry_crashes")) crash();
  plugin = (e2e_plugin){E2E_PLUGIN_MAGIC,
                        sizeof plugin,
                        E2E_ABI_MAJOR,
                        0,
                        E2E_PLUGIN_DYNAMIC,
                        {"bad", 3},
                        {"1.2.3", 5},
                        {"bad", 3},
                        init,
                        0,
                        bad_test_count,
                        bad_test_at,
                        scope_open,
                        scope_close,
                        run,
                        0,
                        0};
  if (bad_is("wrong_magic")) plugin.magic = 7;
  if (bad_is("struct_size_0")) plugin.struct_size = 0;
  if (bad_is("struct_size_16")) plugin.struct_size = 16;
  if (bad_is("struct_size_cuts_run")) plugin.struct_size = offsetof(e2e_plugin, run);
  if (bad_is("struct_size_huge")) plugin.struct_size = ~0u;
  if (bad_is("future_major")) plugin.abi_major = 2;
  if (bad_is("future_minor")) plugin.abi_minor = 99;
  if (bad_is("null_init")) plugin.init = 0;
  if (bad_is("null_test_count")) plugin.test_count = 0;
  if (bad_is("null_test_at")) plugin.test_at = 0;
  if (bad_is("null_scope_open")) plugin.scope_open = 0;
  if (bad_is("null_scope_close")) plugin.scope_close = 0;
  if (bad_is("null_run")) plugin.run = 0;
  if (bad_is("deinit_crashes") || bad_is("deinit_asks_for_a_fixture")) plugin.deinit = deinit;
  if (bad_is("requires_what_is_not_there")) plugin.requires_extensions = unknown;
  return &plugin;
}
