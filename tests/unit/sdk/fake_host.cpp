#include "fake_host.hpp"

#include <cstring>

#include "fake_json.hpp"
#include "fake_verify.hpp"

namespace e2e_fake {

namespace {

FakeHost& fake(const e2e_host* host) { return *static_cast<FakeHost*>(host->impl); }
std::string text(e2e_str str) { return str.ptr ? std::string(str.ptr, str.len) : std::string(); }
e2e_str str(const std::string& from) { return {from.data(), from.size()}; }

std::vector<std::pair<std::string, std::string>> pairs(const e2e_kv* from, std::uint64_t count) {
  std::vector<std::pair<std::string, std::string>> list;
  for (std::uint64_t i = 0; i < count; ++i) list.emplace_back(text(from[i].key), text(from[i].value));
  return list;
}

const char* phase_name(std::uint32_t phase) {
  static const char* const names[] = {"none", "once_per_run", "before_all", "before_each",
                                      "body", "after_each",   "cleanup",    "after_all"};
  return names[phase];
}

void report_phase(const e2e_host* host, std::uint32_t phase, e2e_str name) noexcept {
  FakeHost& self = fake(host);
  self.phase = phase;
  self.log.push_back(std::string("phase ") + phase_name(phase) + (name.len ? " " + text(name) : ""));
}

void report_failure(const e2e_host* host, const e2e_failure* failure) noexcept {
  FakeHost& self = fake(host);
  const std::lock_guard lock(self.mutex);
  self.failures.push_back({failure->flags, failure->line, text(failure->file), text(failure->expression),
                           text(failure->message), text(failure->expected), text(failure->actual)});
  self.log.push_back("failure " + text(failure->expression) + text(failure->message));
}

void report_skip(const e2e_host* host, e2e_str reason, e2e_str, std::uint32_t) noexcept {
  fake(host).log.push_back("skip " + text(reason));
}
void report_step_begin(const e2e_host* host, e2e_str title, e2e_str, std::uint32_t) noexcept {
  fake(host).log.push_back("step " + text(title));
}
void report_step_end(const e2e_host* host) noexcept { fake(host).log.push_back("step_end"); }
void report_note(const e2e_host* host, e2e_str note) noexcept {
  fake(host).log.push_back("note " + text(note));
}

e2e_rc report_attach(const e2e_host* host, e2e_str name, e2e_str type, e2e_str bytes) noexcept {
  fake(host).log.push_back("attach " + text(name) + " " + text(type) + " " + text(bytes));
  return E2E_PASS;
}

e2e_rc page_request(const e2e_host* host, e2e_page*, const e2e_request* request,
                    e2e_response** response) noexcept {
  FakeHost& self = fake(host);
  *response = nullptr;
  if (self.is_cancelling && self.phase != E2E_PHASE_CLEANUP) return E2E_CANCELLED;
  self.requests.push_back({text(request->method),
                           text(request->target),
                           text(request->body),
                           pairs(request->headers, request->header_count),
                           pairs(request->query, request->query_count),
                           request->timeout_ms,
                           {}});
  self.log.push_back("request " + text(request->method) + " " + text(request->target));
  Answer answer;
  if (!self.answers.empty()) {
    answer = self.answers.front();
    self.answers.pop_front();
  }
  const bool has_answer = answer.rc == E2E_PASS;
  *response = new e2e_response{has_answer ? answer.status : 0,
                               answer.error,
                               text(request->method),
                               "http://users.test" + text(request->target),
                               answer.body,
                               answer.headers};
  self.live_responses.insert(*response);
  return answer.rc;
}

void page_release(const e2e_host* host, e2e_response* response) noexcept {
  if (response && fake(host).live_responses.erase(response) == 1) delete response;
}

std::int32_t page_status(const e2e_host*, const e2e_response* response) noexcept { return response->status; }
e2e_str page_error(const e2e_host*, const e2e_response* response) noexcept { return str(response->error); }
e2e_str page_method(const e2e_host*, const e2e_response* response) noexcept { return str(response->method); }
e2e_str page_url(const e2e_host*, const e2e_response* response) noexcept { return str(response->url); }
e2e_str page_body(const e2e_host*, const e2e_response* response) noexcept { return str(response->body); }
std::uint64_t page_header_count(const e2e_host*, const e2e_response* response) noexcept {
  return response->headers.size();
}
e2e_kv page_header_at(const e2e_host*, const e2e_response* response, std::uint64_t index) noexcept {
  if (index >= response->headers.size()) return {};
  return {str(response->headers[index].first), str(response->headers[index].second)};
}
void page_timings(const e2e_host*, const e2e_response*, e2e_timings* timings) noexcept {
  timings->wait_ns = 1500000;
  timings->total_ns = 2500000;
}
const e2e_json* page_json(const e2e_host*, e2e_response*, e2e_str*) noexcept { return nullptr; }

e2e_str page_service(const e2e_host* host, const e2e_page*) noexcept { return str(fake(host).service); }
e2e_str page_base_url(const e2e_host*, const e2e_page*) noexcept {
  static const std::string url = "http://users.test";
  return str(url);
}
e2e_str page_health_endpoint(const e2e_host*, const e2e_page*) noexcept {
  static const std::string endpoint = "/health";
  return str(endpoint);
}
std::uint64_t page_serial(const e2e_host*, const e2e_page* page) noexcept { return page->serial; }
void page_set_header(const e2e_host*, e2e_page* page, e2e_str name, e2e_str value) noexcept {
  page->default_headers[text(name)] = text(value);
}
void page_set_timeout(const e2e_host*, e2e_page* page, std::int64_t timeout_ms) noexcept {
  page->default_timeout_ms = timeout_ms;
}

e2e_str state_test_id(const e2e_host* host) noexcept { return str(fake(host).test_id); }
std::uint32_t state_worker_index(const e2e_host*) noexcept { return 3; }
e2e_str state_run_id(const e2e_host*) noexcept {
  static const std::string id = "run1";
  return str(id);
}
std::uint32_t state_attempt(const e2e_host*) noexcept { return 2; }
std::uint64_t state_next_unique(const e2e_host* host) noexcept { return ++fake(host).unique; }

e2e_rc state_set_metadata(const e2e_host* host, e2e_str key, e2e_str json) noexcept {
  FakeHost& self = fake(host);
  if (self.metadata_rc == E2E_PASS) self.metadata[text(key)] = text(json);
  return self.metadata_rc;
}
e2e_rc state_get_metadata(const e2e_host* host, e2e_str key, e2e_str* json) noexcept {
  FakeHost& self = fake(host);
  const auto found = self.metadata.find(text(key));
  if (found == self.metadata.end()) return E2E_SKIP;
  *json = str(found->second);
  return E2E_PASS;
}
e2e_rc state_once_begin(const e2e_host* host, e2e_str key, e2e_str* json) noexcept {
  FakeHost& self = fake(host);
  if (const auto failed = self.once_failures.find(text(key)); failed != self.once_failures.end()) {
    *json = str(failed->second);
    return E2E_ERROR;
  }
  const auto done = self.once_results.find(text(key));
  if (done == self.once_results.end()) return E2E_SKIP;
  *json = str(done->second);
  return E2E_PASS;
}
void state_once_end(const e2e_host* host, e2e_str key, e2e_rc rc, e2e_str json) noexcept {
  (rc == E2E_PASS ? fake(host).once_results : fake(host).once_failures)[text(key)] = text(json);
}

void log_write(const e2e_host* host, std::uint32_t, e2e_str line) noexcept {
  fake(host).host_log.push_back(text(line));
}

e2e_str config_settings(const e2e_host* host) noexcept { return str(fake(host).settings); }
e2e_str config_service(const e2e_host* host) noexcept { return str(fake(host).service); }
e2e_str config_base_url(const e2e_host*) noexcept { return page_base_url(nullptr, nullptr); }
e2e_str config_health_endpoint(const e2e_host*) noexcept { return page_health_endpoint(nullptr, nullptr); }
e2e_str config_environment(const e2e_host* host) noexcept { return str(fake(host).environment); }
void config_reject(const e2e_host* host, e2e_str pointer, e2e_str message) noexcept {
  fake(host).rejections.emplace_back(text(pointer), text(message));
}

const e2e_report_v1 report_table{sizeof(e2e_report_v1), 0,           report_phase,
                                 report_failure,        report_skip, report_step_begin,
                                 report_step_end,       report_note, report_attach};
const e2e_page_v1 page_table{sizeof(e2e_page_v1), 0,
                             page_request,        page_release,
                             page_status,         page_error,
                             page_method,         page_url,
                             page_body,           page_header_count,
                             page_header_at,      page_timings,
                             page_json,           page_service,
                             page_base_url,       page_health_endpoint,
                             page_serial,         page_set_header,
                             page_set_timeout};
const e2e_state_v1 state_table{sizeof(e2e_state_v1), 0,
                               state_test_id,        state_worker_index,
                               state_run_id,         state_attempt,
                               state_next_unique,    state_set_metadata,
                               state_get_metadata,   state_once_begin,
                               state_once_end};
e2e_rc rate_set_limit(const e2e_host* host, const e2e_rate_limit* limit) noexcept {
  fake(host).rate_limits.push_back(*limit);
  return fake(host).rate_limit_rc;
}

void take_http(Request& seen, const e2e_http_request& request, const std::vector<std::string>& pieces) {
  seen.options = pairs(request.options, request.option_count);
  for (std::uint64_t i = 0; i < request.part_count; ++i) {
    const e2e_part& part = *request.parts[i];
    seen.parts.push_back(text(part.name) + "|" + text(part.file_name) + "|" + text(part.content_type) + "|" +
                         text(part.bytes) + "|" + text(part.path));
  }
  seen.body_file = text(request.body_file);
  seen.read_size = request.read_size;
  char buffer[16];
  if (request.read) {
    std::int64_t given = 0;
    while ((given = request.read(request.read_context, buffer, sizeof(buffer))) > 0)
      seen.read_body.append(buffer, static_cast<std::size_t>(given));
    seen.has_broken_off = given < 0;
  }
  if (request.write) {
    for (const std::string& piece : pieces)
      seen.has_broken_off |= request.write(request.write_context, str(piece)) != E2E_PASS;
  }
}

e2e_rc http_request(const e2e_host* host, e2e_page* page, const e2e_http_request* request,
                    e2e_response** response) noexcept {
  const e2e_rc rc = page_request(host, page, request->request, response);
  if (!fake(host).requests.empty()) take_http(fake(host).requests.back(), *request, fake(host).pieces);
  return rc;
}
e2e_rc http_set_option(const e2e_host* host, e2e_page*, e2e_str key, e2e_str value,
                       e2e_str* problem) noexcept {
  fake(host).page_options.emplace_back(text(key), text(value));
  *problem = str(fake(host).option_problem);
  return problem->len == 0 ? E2E_PASS : E2E_ERROR;
}
e2e_str http_fact(const e2e_host*, const e2e_response*, e2e_str name) noexcept {
  static const std::string retries = "3";
  return text(name) == "retries" ? str(retries) : e2e_str{};
}

e2e_str http_cookies(const e2e_host* host, e2e_page*) noexcept { return str(fake(host).cookie_lines); }
e2e_rc http_add_cookies(const e2e_host* host, e2e_page*, e2e_str lines) noexcept {
  fake(host).cookie_lines += text(lines);
  return E2E_PASS;
}
void http_clear_cookies(const e2e_host* host, e2e_page*) noexcept { fake(host).cookie_lines.clear(); }

const e2e_http_v1 http_table{
    sizeof(e2e_http_v1), 0, http_request, http_set_option, http_fact, http_cookies, http_add_cookies,
    http_clear_cookies};
e2e_rc secret_add(const e2e_host* host, e2e_str value) noexcept {
  if (value.len < 4) return E2E_SKIP;
  fake(host).secrets.push_back(text(value));
  return E2E_PASS;
}

const e2e_secret_v1 secret_table{sizeof(e2e_secret_v1), 0, secret_add};
const e2e_rate_v1 rate_table{sizeof(e2e_rate_v1), 0, rate_set_limit};
const e2e_log_v1 log_table{sizeof(e2e_log_v1), 0, log_write};

const e2e_config_v1 config_table{sizeof(e2e_config_v1), 0,
                                 config_settings,       config_service,
                                 config_base_url,       config_health_endpoint,
                                 config_environment,    config_reject};

const void* get_extension(const e2e_host* host, const char* id) noexcept {
  if (fake(host).missing_extensions.count(id) != 0) return nullptr;
  if (std::strcmp(id, E2E_EXT_REPORT) == 0) return &report_table;
  if (std::strcmp(id, E2E_EXT_PAGE) == 0) return &page_table;
  if (std::strcmp(id, E2E_EXT_STATE) == 0) return &state_table;
  if (std::strcmp(id, E2E_EXT_JSON) == 0) return &json_table();
  if (std::strcmp(id, E2E_EXT_SECRET) == 0) return &secret_table;
  if (std::strcmp(id, E2E_EXT_HTTP) == 0) return &http_table;
  if (std::strcmp(id, E2E_EXT_RATE) == 0) return &rate_table;
  if (std::strcmp(id, E2E_EXT_LOG) == 0) return &log_table;
  if (std::strcmp(id, E2E_EXT_CONFIG) == 0) return &config_table;
  if (std::strcmp(id, E2E_EXT_VERIFY) == 0) return &verify_table();
  return nullptr;
}

}  // namespace

FakeHost::FakeHost() {
  static const std::string name = "e2e-host", version = "0.1.0";
  handle_.struct_size = sizeof(handle_);
  handle_.abi_major = E2E_ABI_MAJOR;
  handle_.abi_minor = E2E_ABI_MINOR;
  handle_.impl = this;
  handle_.get_extension = &get_extension;
  handle_.name = str(name);
  handle_.version = str(version);
  handle_.service = str(service);
}

void FakeHost::answer(std::int32_t status, std::string body) {
  Answer next;
  next.status = status;
  next.body = std::move(body);
  answers.push_back(std::move(next));
}

void FakeHost::refuse(std::string reason) {
  Answer next;
  next.rc = E2E_ERROR;
  next.error = std::move(reason);
  answers.push_back(std::move(next));
}

std::vector<std::string> FakeHost::logged(const std::string& kind) const {
  std::vector<std::string> lines;
  for (const std::string& line : log) {
    if (line.compare(0, kind.size(), kind) == 0) lines.push_back(line);
  }
  return lines;
}

}  // namespace e2e_fake
