/* The boundary between e2e-host and a plugin. C11, also C++17 and later.
 *
 * A plugin is a shared library that exports one function, e2e_plugin_v1(). Everything else passes through the
 * structs below and through the extensions in e2e/ext/, each fetched by its id.
 *
 * Rules of the whole boundary:
 * - Structs start with `struct_size`, set by the side that fills them. They only ever grow at the end; a
 * reader trusts the smaller of `struct_size` and its own sizeof: see E2E_HAS. Reserved fields are zero.
 * - Fixed-width integers, pointers and {ptr,len} strings only. Strings are UTF-8 and not terminated.
 * - Nobody frees the other side's memory. Inputs are borrowed for the call; outputs live until their
 * `release`, or as their comment says. The host releases what a test forgot.
 * - No exception crosses, in either direction.
 * - [test-thread] marks a function to be called only on the thread that entered run(), scope_open() or
 *   scope_close(); [any-thread] one that may be called from any thread while such a call is under way.
 * - Cancellation is the return code E2E_CANCELLED of a host call; the plugin then cleans up and returns.
 *
 * The major version is in the entry's name. `abi_minor` of a plugin is the lowest host minor it needs.
 */
#ifndef E2E_ABI_H
#define E2E_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_ABI_MAJOR 1
#define E2E_ABI_MINOR 0
#define E2E_PLUGIN_MAGIC 0x50453245u /* "E2EP", little endian */

/* True if the struct at p was filled by a side that knows field f, and f is set. */
#define E2E_HAS(p, T, f) ((p) && (p)->struct_size >= offsetof(T, f) + sizeof((p)->f) && (p)->f)

#if defined(__GNUC__)
#define E2E_EXPORT __attribute__((visibility("default")))
#else
#define E2E_EXPORT
#endif

/* Text: UTF-8, not terminated; ptr may be null when len is 0. Frozen, never grows. */
typedef struct e2e_str {
  const char* ptr;
  uint64_t len;
} e2e_str;

/* A key and its value. Frozen, never grows, so that arrays of it are safe. Keys may repeat. */
typedef struct e2e_kv {
  e2e_str key;
  e2e_str value;
} e2e_kv;

/* What a call came to. */
typedef int32_t e2e_rc;
#define E2E_PASS 0      /* it worked; a test passed */
#define E2E_FAIL 1      /* an assertion did not hold */
#define E2E_SKIP 2      /* the test asked to be skipped */
#define E2E_ERROR 3     /* something nobody expected */
#define E2E_CANCELLED 4 /* the host is stopping this attempt: clean up and return */

/* The host's page: what a test talks to its service through. Opaque; used with e2e/ext/page.h. */
typedef struct e2e_page e2e_page;

/* The host as one plugin instance sees it. Lives from init() until after deinit(). */
typedef struct e2e_host {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor;
  void* impl; /* the host's own */
  /* [any-thread] A table of functions by id ("e2e.page/1"), or null if this host has none of that id.
   * Lives as long as `host`. A changed meaning is a new id. */
  const void* (*get_extension)(const struct e2e_host* host, const char* id);
  e2e_str name;    /* "e2e-host" */
  e2e_str version; /* of the host, as "0.1.0" */
  e2e_str service; /* the service this instance is for; for a plugin of "*" the one it was listed under */
} e2e_host;

/* One test. Owned by the plugin, constant from the first test_at() until deinit(). */
typedef struct e2e_test_desc {
  uint32_t struct_size;
  uint32_t line; /* of its source, 1-based; 0 if unknown */
  e2e_str module;
  e2e_str name;
  e2e_str file; /* its source file as the compiler was told it */
  /* Known keys: tag, priority (critical|high|normal|low), depends_on (name, module::name or full id),
   * timeout_ms, retries. Keys may repeat. The host ignores keys that it does not know. */
  const e2e_kv* annotations;
  uint32_t annotation_count;
  uint32_t reserved;
} e2e_test_desc;

#define E2E_PLUGIN_DYNAMIC                                                         \
  0x1u /* the tests are made in init() from config or data: described in every run \
        */

/* A plugin. Owned by the plugin, constant while it is loaded. */
typedef struct e2e_plugin {
  uint32_t magic; /* E2E_PLUGIN_MAGIC */
  uint32_t struct_size;
  uint16_t abi_major; /* 1 */
  uint16_t abi_minor; /* the lowest minor of the host that this plugin can do with */
  uint32_t flags;     /* E2E_PLUGIN_* */
  e2e_str id;         /* as in the note */
  e2e_str version;
  e2e_str service; /* the service its tests are for; "*" any */

  /* Makes an instance. Called once in a worker, before anything else. Makes no requests; what is wrong may be
   * said through e2e.log/1. `host` outlives the instance. On anything but E2E_PASS *ctx is ignored and
   * deinit() is not called. */
  e2e_rc (*init)(const e2e_host* host, void** ctx);
  /* Ends the instance. Not called when a worker dies, nor where it leaves by _exit. */
  void (*deinit)(void* ctx);

  /* [test-thread] The tests, in declaration order; the same answers each time. */
  uint32_t (*test_count)(void* ctx);
  const e2e_test_desc* (*test_at)(void* ctx, uint32_t index);

  /* [test-thread] Opens a scope: runs once_per_run and before_all fixtures, reporting each phase before it is
   * entered. E2E_SKIP: the scope's tests are skipped; E2E_CANCELLED: they are not run; anything else but
   * E2E_PASS: they are errors. *scope is then ignored. `page` lives until scope_close(). */
  e2e_rc (*scope_open)(void* ctx, e2e_page* page, void** scope);
  /* [test-thread] Closes a scope: runs after_all fixtures and frees `scope`. */
  e2e_rc (*scope_close)(void* ctx, void* scope);

  /* [test-thread] Runs one attempt of the test "module::name", with before_each, after_each and cleanups,
   * phases reported. The verdict is the worst of what was reported and what is returned. `page` lives at
   * least until run() returns; in mode `service` several calls get the same one. */
  e2e_rc (*run)(void* ctx, void* scope, e2e_str test_id, e2e_page* page);

  /* [any-thread] What the plugin offers the host, by id; null if nothing. */
  const void* (*get_extension)(void* ctx, const char* id);

  /* Extensions of the host that it can't do without, ended by a null pointer; null: none. */
  const char* const* requires_extensions;
} e2e_plugin;

/* The only export of a plugin. Returns the same pointer at every call. */
E2E_EXPORT const e2e_plugin* e2e_plugin_v1(void);
#define E2E_PLUGIN_ENTRY "e2e_plugin_v1"

/* The ELF note that is read without loading the library. Name "e2e", this type, and as its descriptor UTF-8
 * lines of key=value, each ended by \n: abi (1.0), id, version, service, sdk, cxx, stdlib, sanitizer.
 * Section .note.e2e, allocated, 4-byte aligned. */
#define E2E_NOTE_NAME "e2e"
#define E2E_NOTE_TYPE 1
#define E2E_NOTE_SECTION ".note.e2e"

#ifdef __cplusplus
}
#endif

#endif
