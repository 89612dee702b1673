#include "events/record_reader.hpp"

#include <fmt/format.h>

#include <utility>

#include "events/attachment_file.hpp"
#include "events/event_reader.hpp"

namespace e2e::host {
namespace {

std::vector<std::pair<std::string, std::string>> read_headers(JsonMembers& from, const char* name) {
  std::vector<std::pair<std::string, std::string>> headers;
  JsonValue* list = from.list(name, EventBounds::max_items);
  if (!list) return headers;
  headers.reserve(list->Size());
  for (JsonValue& pair : list->GetArray()) {
    if (!pair.IsArray() || pair.Size() != 2 || !pair[0].IsString() || !pair[1].IsString())
      throw BadEvent(fmt::format("'{}' has an item that is no pair of texts", name));
    headers.emplace_back(text_of(pair[0]), text_of(pair[1]));
  }
  return headers;
}

MessageRecord read_message(JsonMembers& from) {
  MessageRecord message;
  message.is_sent = from.truth("sent");
  message.kind = from.text("kind");
  message.body = from.text("body");
  message.size = from.number<uint64_t>("size");
  message.at_ns = from.told_ns("at_ns");
  return message;
}

std::string read_body_file(JsonMembers& from, const char* name) {
  std::string file = from.text(name);
  if (!file.empty() && !is_attachment_file(file))
    throw BadEvent(fmt::format("'{}' is none of the names that such files have", name));
  return file;
}

StackFrame read_frame(JsonMembers& from) {
  StackFrame frame;
  frame.function = from.text("function");
  frame.file = from.text("file");
  frame.line = from.number<uint32_t>("line");
  frame.module = from.text("module");
  frame.offset = from.number<uint64_t>("offset");
  frame.is_inlined = from.truth("is_inlined");
  return frame;
}

RunPack read_run_pack(JsonMembers& from) {
  return {from.text("id"), from.text("version"), from.text("publisher"), from.text("trust"),
          from.text("digest")};
}
}  // namespace

TestInfo read_test(JsonMembers& from) {
  TestInfo test;
  test.id = from.text("id");
  test.service = from.text("service");
  test.module = from.text("module");
  test.name = from.text("name");
  test.file = from.text("file");
  test.line = from.number<uint32_t>("line");
  test.tags = from.texts("tags", EventBounds::max_names);
  test.priority = from.text("priority");
  test.depends_on = from.texts("depends_on", EventBounds::max_items);
  test.timeout_ms = from.number<int64_t>("timeout_ms");
  test.max_attempts = from.number<uint32_t>("max_attempts");
  return test;
}

Failure read_failure(JsonMembers& from) {
  Failure failure;
  failure.is_soft = from.truth("soft");
  failure.is_error = from.truth("error");
  failure.phase = from.text("phase");
  failure.file = from.text("file");
  failure.line = from.number<uint32_t>("line");
  failure.expression = from.text("expression");
  failure.message = from.text("message");
  failure.expected = from.text("expected");
  failure.actual = from.text("actual");
  failure.exchanges_before = from.number<uint32_t>("exchanges_before");
  return failure;
}

StepRecord read_step(JsonMembers& from) {
  StepRecord step;
  step.title = from.text("title");
  step.file = from.text("file");
  step.line = from.number<uint32_t>("line");
  step.depth = from.number<uint32_t>("depth");
  step.start_ns = from.told_ns("start_ns");
  step.duration_ns = from.has("duration_ns") ? from.told_ns("duration_ns") : -1;
  return step;
}

ExchangeRecord read_exchange(JsonMembers& from) {
  ExchangeRecord exchange;
  exchange.phase = from.text("phase");
  exchange.method = from.text("method");
  exchange.url = from.text("url");
  exchange.status = static_cast<int32_t>(from.integer("status", INT32_MIN, INT32_MAX));
  exchange.error = from.text("error");
  exchange.request_headers = read_headers(from, "request_headers");
  exchange.request_body = from.text("request_body");
  exchange.request_body_size = from.number<uint64_t>("request_body_size");
  exchange.response_headers = read_headers(from, "response_headers");
  exchange.response_body = from.text("response_body");
  exchange.response_body_size = from.number<uint64_t>("response_body_size");
  exchange.request_body_file = read_body_file(from, "request_body_file");
  exchange.response_body_file = read_body_file(from, "response_body_file");
  exchange.start_ns = from.told_ns("start_ns");
  exchange.blocked_ns = from.told_ns("blocked_ns");
  exchange.dns_ns = from.told_ns("dns_ns");
  exchange.connect_ns = from.told_ns("connect_ns");
  exchange.tls_ns = from.told_ns("tls_ns");
  exchange.send_ns = from.told_ns("send_ns");
  exchange.wait_ns = from.told_ns("wait_ns");
  exchange.receive_ns = from.told_ns("receive_ns");
  exchange.total_ns = from.told_ns("total_ns");
  exchange.retry = from.number<uint32_t>("retry");
  exchange.redirect = from.number<uint32_t>("redirect");
  exchange.http_version = from.text("http_version");
  exchange.body_sha256 = from.text("response_body_sha256");
  exchange.curl_words = from.texts("curl_words", EventBounds::max_items);
  exchange.messages = from.items<MessageRecord>("messages", EventBounds::max_items, read_message);
  return exchange;
}

AttachmentRecord read_attachment(JsonMembers& from) {
  AttachmentRecord attachment;
  attachment.name = from.text("name");
  attachment.type = from.text("type");
  attachment.bytes = from.number<uint64_t>("bytes");
  attachment.sha256 = from.text("sha256");
  attachment.file = from.text("file");
  attachment.at_ns = from.told_ns("at_ns");
  // Reports open it: it is to lead nowhere else.
  if (!is_attachment_file(attachment.file, attachment.sha256))
    throw BadEvent("'file' of an attachment is none of the names that they have");
  return attachment;
}

CapturedOutput read_output(JsonMembers& from, const char* name) {
  CapturedOutput output;
  JsonValue* object = from.object(name);
  if (!object) return output;
  JsonMembers members(*object);
  output.head = members.text("head");
  output.tail = members.text("tail");
  output.total_bytes = members.number<uint64_t>("total_bytes");
  output.file = members.text("file");
  output.omitted_bytes = members.number<uint64_t>("omitted_bytes");
  return output;
}

std::vector<CrashInfo> read_crash(JsonMembers& from) {
  JsonValue* object = from.object("crash");
  if (!object) return {};
  JsonMembers members(*object);
  return {{members.text("what"), members.text("phase"), members.text("last_step"),
           members.text("last_request"), members.text("core")}};
}

ThreadStack read_stack(JsonMembers& from) {
  ThreadStack stack;
  stack.tid = from.integer("tid", 0, EventBounds::max_pid);
  stack.name = from.text("name");
  stack.frames = from.items<StackFrame>("frames", EventBounds::max_items, read_frame);
  stack.note = from.text("note");
  return stack;
}

RunEnvironment read_environment(JsonMembers& from) {
  RunEnvironment environment;
  JsonValue* object = from.object("environment");
  if (!object) return environment;
  JsonMembers members(*object);
  environment.name = members.text("name");
  environment.system = members.text("system");
  environment.kernel = members.text("kernel");
  environment.machine = members.text("machine");
  environment.cpus = static_cast<uint32_t>(members.integer("cpus", 0, EventBounds::max_workers));
  environment.memory_kib = members.integer("memory_kib", 0, EventBounds::max_amount);
  environment.packs = members.items<RunPack>("packs", EventBounds::max_items, read_run_pack);
  return environment;
}

}  // namespace e2e::host
