/* As much of a host as fits in a page: loads a plugin, runs its tests, one after the other, and prints what
 * each comes to. For machines that e2e-host is not built for, such as another architecture under an emulator:
 * nothing but the C library and the ABI's headers is needed.
 *
 *   small-host PLUGIN.so
 *
 * Extensions that a test only passes through answer 0 to everything; a service answers 200 below /health,
 * else 404. */
#include <dlfcn.h>
#include <e2e/abi.h>
#include <e2e/ext/json.h>
#include <e2e/ext/page.h>
#include <e2e/ext/report.h>
#include <e2e/ext/state.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct e2e_response {
  int32_t status;
};

typedef struct {
  e2e_rc worst;
  char said[200]; /* the first failure's expression or message */
} attempt;

static attempt now;

static e2e_str text_of(const char* text) {
  const e2e_str str = {text, strlen(text)};
  return str;
}

/* What a function that nobody has written here answers: right for any that returns a number, a pointer or an
 * e2e_str. */
static e2e_str nothing(void) {
  const e2e_str none = {NULL, 0};
  return none;
}

/* An extension's table of `size` bytes, all of whose functions are nothing(). */
static void* make_table(size_t size) {
  void (*function)(void) = (void (*)(void))nothing;
  uint32_t struct_size = (uint32_t)size;
  char* table = calloc(1, size);
  size_t at;
  if (!table) abort();
  memcpy(table, &struct_size, sizeof struct_size);
  for (at = sizeof(void*); at + sizeof function <= size; at += sizeof function)
    memcpy(table + at, &function, sizeof function);
  return table;
}

static void say(e2e_str text) {
  const size_t length = text.len < sizeof now.said - 1 ? text.len : sizeof now.said - 1;
  if (now.said[0] || length == 0) return;
  memcpy(now.said, text.ptr, length);
  now.said[length] = '\0';
}

static void on_failure(const e2e_host* host, const e2e_failure* failure) {
  const e2e_rc rc = failure->flags & E2E_FAILURE_ERROR ? E2E_ERROR : E2E_FAIL;
  (void)host;
  if (rc > now.worst || now.worst == E2E_SKIP) now.worst = rc;
  say(failure->expression.len ? failure->expression : failure->message);
}

static void on_skip(const e2e_host* host, e2e_str reason, e2e_str file, uint32_t line) {
  (void)host, (void)file, (void)line;
  say(reason);
}

static e2e_str health_endpoint(const e2e_host* host, const e2e_page* page) {
  (void)host, (void)page;
  return text_of("/health");
}

static e2e_str service(const e2e_host* host, const e2e_page* page) {
  (void)host, (void)page;
  return text_of("users");
}

static e2e_str test_id(const e2e_host* host) {
  (void)host;
  return text_of("small-host-1");
}

static e2e_rc request(const e2e_host* host, e2e_page* page, const e2e_request* asked,
                      e2e_response** response) {
  (void)host, (void)page;
  *response = malloc(sizeof **response);
  if (!*response) abort();
  (*response)->status = asked->target.len == 7 && memcmp(asked->target.ptr, "/health", 7) == 0 ? 200 : 404;
  return E2E_PASS;
}

static void release(const e2e_host* host, e2e_response* response) {
  (void)host;
  free(response);
}

static int32_t status(const e2e_host* host, const e2e_response* response) {
  (void)host;
  return response->status;
}

static const void* get_extension(const e2e_host* host, const char* id) {
  static e2e_page_v1* page;
  static e2e_report_v1* report;
  static e2e_state_v1* state;
  static void* json;
  (void)host;
  if (!page) {
    page = make_table(sizeof *page);
    page->request = request;
    page->release = release;
    page->status = status;
    page->service = service;
    page->health_endpoint = health_endpoint;
    report = make_table(sizeof *report);
    report->failure = on_failure;
    report->skip = on_skip;
    state = make_table(sizeof *state);
    state->test_id = test_id;
    json = make_table(sizeof(e2e_json_v1));
  }
  if (strcmp(id, E2E_EXT_PAGE) == 0) return page;
  if (strcmp(id, E2E_EXT_REPORT) == 0) return report;
  if (strcmp(id, E2E_EXT_STATE) == 0) return state;
  if (strcmp(id, E2E_EXT_JSON) == 0) return json;
  return NULL;
}

static int give_up(const char* what, const char* why) {
  fprintf(stderr, "%s: %s\n", what, why);
  return 1;
}

static void run_test(const e2e_plugin* plugin, void* ctx, void* scope, const e2e_test_desc* test) {
  static const char* const words[] = {"passed", "failed", "skipped", "error", "cancelled"};
  char id[300];
  e2e_rc rc;
  const int length = snprintf(id, sizeof id, "%.*s::%.*s", (int)test->module.len, test->module.ptr,
                              (int)test->name.len, test->name.ptr);
  memset(&now, 0, sizeof now);
  if (length < 0 || (size_t)length >= sizeof id) return;
  rc = plugin->run(ctx, scope, text_of(id), NULL);
  if (rc > now.worst) now.worst = rc;
  printf("%s: %s%s%s\n", id, now.worst >= 0 && now.worst <= 4 ? words[now.worst] : "?",
         now.said[0] ? ": " : "", now.said);
  fflush(stdout);
}

int main(int count, char** words) {
  e2e_host host;
  const e2e_plugin* (*entry)(void);
  const e2e_plugin* plugin;
  void *library, *ctx = NULL, *scope = NULL;
  uint32_t index;
  if (count != 2) return give_up("usage", "small-host PLUGIN.so");
  library = dlopen(words[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) return give_up(words[1], dlerror());
  *(void**)&entry = dlsym(library, E2E_PLUGIN_ENTRY);
  if (!entry) return give_up(words[1], "has no " E2E_PLUGIN_ENTRY);
  plugin = entry();
  if (plugin->magic != E2E_PLUGIN_MAGIC || plugin->abi_major != E2E_ABI_MAJOR ||
      !E2E_HAS(plugin, e2e_plugin, run))
    return give_up(words[1], "is no plugin of this ABI");
  printf("%.*s %.*s of %.*s\n", (int)plugin->id.len, plugin->id.ptr, (int)plugin->version.len,
         plugin->version.ptr, (int)plugin->service.len, plugin->service.ptr);

  memset(&host, 0, sizeof host);
  host.struct_size = sizeof host;
  host.abi_major = E2E_ABI_MAJOR;
  host.abi_minor = E2E_ABI_MINOR;
  host.get_extension = get_extension;
  host.name = text_of("small-host");
  host.version = text_of("1");
  host.service = text_of("users");
  if (plugin->init(&host, &ctx) != E2E_PASS) return give_up(words[1], "can't be initialised");
  if (plugin->scope_open(ctx, NULL, &scope) != E2E_PASS) return give_up(words[1], "opens no scope");
  for (index = 0; index < plugin->test_count(ctx); ++index) {
    const e2e_test_desc* test = plugin->test_at(ctx, index);
    const int ends_its_process = test->name.len == 6 && memcmp(test->name.ptr, "aborts", 6) == 0;
    if (!ends_its_process) run_test(plugin, ctx, scope, test);
  }
  plugin->scope_close(ctx, scope);
  plugin->deinit(ctx);
  return 0;
}
