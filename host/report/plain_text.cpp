#include "report/plain_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/utf8.hpp"

namespace e2e::host {
namespace {

constexpr size_t kValueBytes = 64 * 1024;
constexpr size_t kLineBytes = 4 * 1024;
constexpr size_t kMostItems = 500;
/// A control string that does not end within this is none: nobody can hide a text behind its beginning.
constexpr size_t kMostControlString = 1024;

bool is_in(char c, char low, char high) { return c >= low && c <= high; }

/// Length of the string of OSC, DCS, APC, PM or SOS (after its introducer) with its end; 0: it has none.
size_t control_string(std::string_view text) {
  const std::string_view start = text.substr(0, kMostControlString);
  const size_t end = start.find_first_of("\a\x1b\n");
  if (end == start.npos || start[end] == '\n') return 0;
  if (start[end] == '\a') return end + 1;
  return end + 1 < start.size() && start[end + 1] == '\\' ? end + 2 : 0;
}

/// Length of the escape sequence that the text begins with: ECMA-48, sections 5.3 to 5.6. At least 1.
size_t escape_sequence(std::string_view text) {
  if (text.size() < 2) return 1;
  size_t at = 1;
  if (text[1] == '[') {
    for (++at; at < text.size() && is_in(text[at], '\x30', '\x3f');) ++at;
    while (at < text.size() && is_in(text[at], '\x20', '\x2f')) ++at;
    return at < text.size() && is_in(text[at], '\x40', '\x7e') ? at + 1 : 1;
  }
  if (std::string_view("]PX^_").find(text[1]) != std::string_view::npos) {
    const size_t length = control_string(text.substr(2));
    return length > 0 ? length + 2 : 1;
  }
  while (at < text.size() && is_in(text[at], '\x20', '\x2f')) ++at;
  return at < text.size() && is_in(text[at], '\x30', '\x7e') ? at + 1 : 1;
}

/// XML has no place for these two, though they are UTF-8: https://www.w3.org/TR/xml/#charsets
void show_noncharacters(std::string& text) {
  for (size_t at = text.find("\xEF\xBF"); at != text.npos; at = text.find("\xEF\xBF", at + 3)) {
    if (text.compare(at, 3, "\xEF\xBF\xBE") == 0) text.replace(at, 3, "\\u{FFFE}");
    if (text.compare(at, 3, "\xEF\xBF\xBF") == 0) text.replace(at, 3, "\\u{FFFF}");
  }
}

void make_plain(std::string& text, size_t limit) { text = plain_text(bounded(std::move(text), limit)); }

void make_plain(std::vector<std::string>& texts, size_t limit) {
  if (texts.size() > kMostItems) {
    const size_t left_out = texts.size() - kMostItems;
    texts.resize(kMostItems);
    texts.push_back(fmt::format("… {} more left out …", left_out));
  }
  for (std::string& text : texts) make_plain(text, limit);
}

void make_plain(std::vector<Failure>& failures) {
  if (failures.size() > kMostItems) {
    Failure last;
    last.message = fmt::format("… {} more failures left out …", failures.size() - kMostItems);
    failures.resize(kMostItems);
    failures.push_back(std::move(last));
  }
  for (Failure& failure : failures) {
    for (std::string* text : {&failure.expression, &failure.message, &failure.expected, &failure.actual})
      make_plain(*text, kValueBytes);
    for (std::string* text : {&failure.phase, &failure.file}) make_plain(*text, kLineBytes);
  }
}

void make_plain(ExchangeRecord& exchange) {
  for (std::string* text : {&exchange.phase, &exchange.method, &exchange.url, &exchange.error,
                            &exchange.http_version, &exchange.body_sha256})
    make_plain(*text, kLineBytes);
  for (auto* headers : {&exchange.request_headers, &exchange.response_headers}) {
    if (headers->size() > kMostItems) headers->resize(kMostItems);
    for (auto& [name, value] : *headers) {
      make_plain(name, kLineBytes);
      make_plain(value, kLineBytes);
    }
  }
  make_plain(exchange.curl_words, kValueBytes);
  if (exchange.messages.size() > kMostItems)
    exchange.messages.erase(exchange.messages.begin(), exchange.messages.end() - kMostItems);
  for (MessageRecord& message : exchange.messages) {
    make_plain(message.kind, kLineBytes);
    make_plain(message.body, kValueBytes);
  }
  make_plain(exchange.request_body, kValueBytes);
  make_plain(exchange.response_body, kValueBytes);
}

/// Keeps first and last ones.
template <typename Item>
void keep_ends(std::vector<Item>& items) {
  if (items.size() <= kMostItems) return;
  const auto begin = items.begin() + kMostItems / 2;
  items.erase(begin, items.end() - kMostItems / 2);
}

void make_plain(CapturedOutput& output) {
  make_plain(output.head, kValueBytes);
  make_plain(output.tail, kValueBytes);
  make_plain(output.file, kLineBytes);
}

void make_plain(std::vector<ThreadStack>& stacks) {
  for (ThreadStack& stack : stacks) {
    make_plain(stack.name, kLineBytes);
    make_plain(stack.note, kLineBytes);
    for (StackFrame& frame : stack.frames)
      for (std::string* text : {&frame.function, &frame.file, &frame.module}) make_plain(*text, kLineBytes);
  }
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  while (!text.empty()) {
    const size_t special = text.find_first_of("\x1b\r");
    kept += text.substr(0, special);
    if (special == text.npos) break;
    text.remove_prefix(special);
    if (text.front() == '\x1b') {
      text.remove_prefix(escape_sequence(text));
    } else {
      // A lone one shows over what was there: a progress bar's next state.
      if (!text.substr(1).starts_with('\n')) kept += '\n';
      text.remove_prefix(1);
    }
  }
  std::string out = printable(kept);
  show_noncharacters(out);
  return out;
}

std::string bounded(std::string text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t head = limit / 2, tail = text.size() - limit / 2;
  const auto is_inside = [&text](size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; };
  for (int i = 0; i < 3 && is_inside(head); ++i) --head;
  for (int i = 0; i < 3 && tail < text.size() && is_inside(tail); ++i) ++tail;
  return text.substr(0, head) + fmt::format("\n… {} bytes left out …\n", tail - head) + text.substr(tail);
}

std::string plain_line(std::string_view text) { return plain_text(bounded(std::string(text), kLineBytes)); }

AttemptFinished plain_attempt(const AttemptFinished& attempt) {
  AttemptFinished plain = attempt;
  make_plain(plain.reason, kValueBytes);
  make_plain(plain.failures);
  keep_ends(plain.steps);
  for (StepRecord& step : plain.steps) {
    make_plain(step.title, kLineBytes);
    make_plain(step.file, kLineBytes);
  }
  if (plain.exchanges.size() <= kMostItems) {
    for (ExchangeRecord& exchange : plain.exchanges) make_plain(exchange);
  } else {
    keep_ends(plain.exchanges);
    const size_t left_out = attempt.exchanges.size() - plain.exchanges.size();
    for (Failure& failure : plain.failures)
      if (failure.exchanges_before > kMostItems / 2)
        failure.exchanges_before -=
            static_cast<uint32_t>(std::min<size_t>(left_out, failure.exchanges_before - kMostItems / 2));
    for (ExchangeRecord& exchange : plain.exchanges) make_plain(exchange);
    plain.notes.push_back(fmt::format("{} requests in the middle are left out of this report", left_out));
  }
  make_plain(plain.notes, kValueBytes);
  if (plain.attachments.size() > kMostItems) plain.attachments.resize(kMostItems);
  for (AttachmentRecord& attachment : plain.attachments)
    for (std::string* text :
         {&attachment.name, &attachment.type, &attachment.sha256, &attachment.file, &attachment.folder})
      make_plain(*text, kLineBytes);
  make_plain(plain.leaked, kLineBytes);
  make_plain(plain.stdout_output);
  make_plain(plain.stderr_output);
  for (CrashInfo& crash : plain.crash)
    for (std::string* text : {&crash.what, &crash.phase, &crash.last_step, &crash.last_request, &crash.core})
      make_plain(*text, kLineBytes);
  make_plain(plain.stacks);
  return plain;
}

FixtureFailed plain_fixture(const FixtureFailed& fixture) {
  FixtureFailed plain = fixture;
  make_plain(plain.service, kLineBytes);
  make_plain(plain.phase, kLineBytes);
  make_plain(plain.reason, kValueBytes);
  make_plain(plain.failures);
  make_plain(plain.stdout_output);
  make_plain(plain.stderr_output);
  make_plain(plain.stacks);
  return plain;
}

RunEnvironment plain_environment(const RunEnvironment& environment) {
  RunEnvironment plain = environment;
  for (std::string* text : {&plain.name, &plain.system, &plain.kernel, &plain.machine})
    make_plain(*text, kLineBytes);
  for (RunPack& pack : plain.packs)
    for (std::string* text : {&pack.id, &pack.version, &pack.publisher, &pack.trust, &pack.digest})
      make_plain(*text, kLineBytes);
  return plain;
}

TestInfo plain_test(const TestInfo& test) {
  TestInfo plain = test;
  for (std::string* text :
       {&plain.id, &plain.service, &plain.module, &plain.name, &plain.file, &plain.priority})
    make_plain(*text, kLineBytes);
  make_plain(plain.tags, kLineBytes);
  make_plain(plain.depends_on, kLineBytes);
  return plain;
}

}  // namespace e2e::host
