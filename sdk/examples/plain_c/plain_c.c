/* A whole plugin in C11, without the C++ SDK: what a binding for another language has to do. */
#include <e2e/abi.h>
#include <e2e/ext/page.h>
#include <e2e/ext/report.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(literal) \
  { literal, sizeof(literal) - 1 }

typedef struct {
  const e2e_host* host;
  const e2e_page_v1* page;
  const e2e_report_v1* report;
} instance;

static e2e_str text_of(const char* text) {
  const e2e_str str = {text, strlen(text)};
  return str;
}

/* Reports a failed assertion; returns what the test then returns. */
static e2e_rc fail(const instance* self, uint32_t line, const char* expression, e2e_str expected,
                   e2e_str actual, uint32_t flags) {
  e2e_failure failure;
  memset(&failure, 0, sizeof failure);
  failure.struct_size = sizeof failure;
  failure.flags = flags;
  failure.file = text_of(__FILE__);
  failure.line = line;
  failure.expression = text_of(expression);
  failure.expected = expected;
  failure.actual = actual;
  self->report->failure(self->host, &failure);
  return (flags & E2E_FAILURE_ERROR) ? E2E_ERROR : E2E_FAIL;
}

/* Sends a GET. On E2E_PASS *response is the caller's to release; all else has been reported. */
static e2e_rc get(const instance* self, e2e_page* page, e2e_str target, e2e_response** response) {
  e2e_request request;
  e2e_rc rc;
  memset(&request, 0, sizeof request);
  request.struct_size = sizeof request;
  request.method = text_of("GET");
  request.target = target;
  *response = NULL;
  rc = self->page->request(self->host, page, &request, response);
  if (rc == E2E_ERROR) {
    const e2e_str reason = *response ? self->page->error(self->host, *response) : text_of("no answer");
    fail(self, __LINE__, "GET", text_of("an answer"), reason, E2E_FAILURE_ERROR);
    self->page->release(self->host, *response);
    *response = NULL;
  }
  return rc;
}

static e2e_rc expect_status(const instance* self, const e2e_response* response, int32_t expected,
                            uint32_t line) {
  const int32_t actual = self->page->status(self->host, response);
  char expected_text[16], actual_text[16];
  if (actual == expected) return E2E_PASS;
  snprintf(expected_text, sizeof expected_text, "%d", (int)expected);
  snprintf(actual_text, sizeof actual_text, "%d", (int)actual);
  return fail(self, line, "status", text_of(expected_text), text_of(actual_text), 0);
}

enum { line_of_is_healthy = __LINE__ + 1 };
static e2e_rc test_is_healthy(const instance* self, e2e_page* page) {
  e2e_response* response;
  e2e_rc rc = get(self, page, self->page->health_endpoint(self->host, page), &response);
  if (rc != E2E_PASS) return rc;
  rc = expect_status(self, response, 200, __LINE__);
  self->page->release(self->host, response);
  return rc;
}

enum { line_of_unknown_path_is_404 = __LINE__ + 1 };
static e2e_rc test_unknown_path_is_404(const instance* self, e2e_page* page) {
  e2e_response* response;
  e2e_rc rc;
  self->report->step_begin(self->host, text_of("ask for a path that nobody serves"), text_of(__FILE__),
                           __LINE__);
  rc = get(self, page, text_of("/plain-c/no-such-path"), &response);
  if (rc == E2E_PASS) {
    rc = expect_status(self, response, 404, __LINE__);
    self->page->release(self->host, response);
  }
  self->report->step_end(self->host);
  return rc;
}

enum { line_of_needs_https = __LINE__ + 1 };
static e2e_rc test_needs_https(const instance* self, e2e_page* page) {
  const e2e_str url = self->page->base_url(self->host, page);
  if (url.len < 8 || memcmp(url.ptr, "https://", 8) != 0) {
    self->report->skip(self->host, text_of("the service is not served over https"), text_of(__FILE__),
                       __LINE__);
    return E2E_SKIP;
  }
  return test_is_healthy(self, page);
}

typedef struct {
  e2e_test_desc desc;
  e2e_rc (*body)(const instance* self, e2e_page* page);
} test_entry;

static const e2e_kv smoke[] = {{TEXT("tag"), TEXT("smoke")}, {TEXT("priority"), TEXT("high")}};
static const e2e_kv after_health[] = {{TEXT("depends_on"), TEXT("is_healthy")},
                                      {TEXT("timeout_ms"), TEXT("5000")}};

#define DESCRIBE(name, annotations, count)                                                                   \
  {                                                                                                          \
    sizeof(e2e_test_desc), line_of_##name, TEXT("plain_c"), TEXT(#name), TEXT(__FILE__), annotations, count, \
        0                                                                                                    \
  }

static const test_entry tests[] = {
    {DESCRIBE(is_healthy, smoke, 2), test_is_healthy},
    {DESCRIBE(unknown_path_is_404, after_health, 2), test_unknown_path_is_404},
    {DESCRIBE(needs_https, NULL, 0), test_needs_https},
};
#define TEST_COUNT ((uint32_t)(sizeof tests / sizeof tests[0]))

static e2e_rc plain_init(const e2e_host* host, void** ctx) {
  instance* self = malloc(sizeof *self);
  if (!self) return E2E_ERROR;
  self->host = host;
  self->page = host->get_extension(host, E2E_EXT_PAGE);
  self->report = host->get_extension(host, E2E_EXT_REPORT);
  if (!E2E_HAS(self->page, e2e_page_v1, health_endpoint) || !E2E_HAS(self->report, e2e_report_v1, step_end)) {
    free(self);
    return E2E_ERROR;
  }
  *ctx = self;
  return E2E_PASS;
}

static void plain_deinit(void* ctx) { free(ctx); }

static uint32_t plain_test_count(void* ctx) {
  (void)ctx;
  return TEST_COUNT;
}

static const e2e_test_desc* plain_test_at(void* ctx, uint32_t index) {
  (void)ctx;
  return index < TEST_COUNT ? &tests[index].desc : NULL;
}

/* There are no fixtures, so a scope has nothing of its own. */
static e2e_rc plain_scope_open(void* ctx, e2e_page* page, void** scope) {
  (void)ctx;
  (void)page;
  *scope = NULL;
  return E2E_PASS;
}

static e2e_rc plain_scope_close(void* ctx, void* scope) {
  (void)ctx;
  (void)scope;
  return E2E_PASS;
}

static e2e_rc plain_run(void* ctx, void* scope, e2e_str test_id, e2e_page* page) {
  const instance* self = ctx;
  static const char prefix[] = "plain_c::";
  const size_t prefix_len = sizeof prefix - 1;
  uint32_t i;
  (void)scope;
  for (i = 0; i < TEST_COUNT; ++i) {
    const e2e_str name = tests[i].desc.name;
    if (test_id.len == prefix_len + name.len && memcmp(test_id.ptr, prefix, prefix_len) == 0 &&
        memcmp(test_id.ptr + prefix_len, name.ptr, name.len) == 0) {
      self->report->phase(self->host, E2E_PHASE_BODY, text_of(""));
      return tests[i].body(self, page);
    }
  }
  return fail(self, __LINE__, "run", text_of("a test of this plugin"), test_id, E2E_FAILURE_ERROR);
}

static const void* plain_get_extension(void* ctx, const char* id) {
  (void)ctx;
  (void)id;
  return NULL;
}

static const char* const required[] = {E2E_EXT_PAGE, E2E_EXT_REPORT, NULL};

static const e2e_plugin plugin = {
    .magic = E2E_PLUGIN_MAGIC,
    .struct_size = sizeof(e2e_plugin),
    .abi_major = E2E_ABI_MAJOR,
    .abi_minor = 0,
    .id = TEXT("plain_c"),
    .version = TEXT("1.0.0"),
    .service = TEXT("*"),
    .init = plain_init,
    .deinit = plain_deinit,
    .test_count = plain_test_count,
    .test_at = plain_test_at,
    .scope_open = plain_scope_open,
    .scope_close = plain_scope_close,
    .run = plain_run,
    .get_extension = plain_get_extension,
    .requires_extensions = required,
};

const e2e_plugin* e2e_plugin_v1(void) { return &plugin; }
