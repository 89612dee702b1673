#include "run/attempt_record.hpp"

#include <e2e/ext/report.h>
#include <fmt/format.h>

#include "worker/exchange_codec.hpp"
#include "worker/phase_name.hpp"

namespace e2e::host {
namespace {

/// Of times that a worker has told, which may be anything; 0 if they can't be.
int64_t time_between(int64_t start_ns, int64_t end_ns) {
  int64_t duration_ns = 0;
  return end_ns > start_ns && !__builtin_sub_overflow(end_ns, start_ns, &duration_ns) ? duration_ns : 0;
}

}  // namespace

void AttemptRecord::begin(uint32_t test, uint32_t attempt, int64_t start_monotonic_ns, int64_t run_start_ns) {
  facts_ = AttemptFinished();
  facts_.test = test;
  facts_.attempt = attempt;
  start_monotonic_ns_ = start_monotonic_ns;
  run_start_ns_ = run_start_ns;
  open_steps_.clear();
  connections_.clear();
  messages_ = 0;
  attachment_bytes_ = 0;
  body_bytes_ = 0;
  left_out_ = 0;
  open_left_out_ = 0;
  is_open_ = true;
}

bool AttemptRecord::has_room(size_t size, size_t limit) {
  if (size < limit) return true;
  ++left_out_;
  return false;
}

void AttemptRecord::add(AttachmentRecord attachment) {
  attachment_bytes_ += attachment.bytes;
  facts_.attachments.push_back(std::move(attachment));
}

ExchangeRecord* AttemptRecord::exchange_with_room_for(uint32_t number, uint64_t body_bytes) {
  if (number >= facts_.exchanges.size() || body_bytes > max_body_bytes - body_bytes_) return nullptr;
  body_bytes_ += body_bytes;
  return &facts_.exchanges[number];
}

void AttemptRecord::add_note(std::string text) {
  if (has_room(facts_.notes.size(), max_notes)) facts_.notes.push_back(std::move(text));
}

bool AttemptRecord::take(WorkerReport type, ByteReader& in) {
  switch (type) {
    case WorkerReport::failure: {
      Failure failure;
      const auto flags = in.get<uint32_t>();
      failure.is_soft = (flags & E2E_FAILURE_SOFT) != 0;
      failure.is_error = (flags & E2E_FAILURE_ERROR) != 0;
      failure.phase = phase_name(in.get<uint32_t>());
      failure.file = in.get<std::string>();
      failure.line = in.get<uint32_t>();
      for (std::string* text : {&failure.expression, &failure.message, &failure.expected, &failure.actual})
        *text = in.get<std::string>();
      failure.exchanges_before = static_cast<uint32_t>(facts_.exchanges.size());
      if (has_room(facts_.failures.size(), max_failures)) facts_.failures.push_back(std::move(failure));
      return true;
    }
    case WorkerReport::skip:
      facts_.reason = in.get<std::string>();
      return true;
    case WorkerReport::step_begin:
      begin_step(in);
      return true;
    case WorkerReport::step_end:
      end_step(in);
      return true;
    case WorkerReport::note:
      add_note(in.get<std::string>());
      return true;
    case WorkerReport::exchange:
      take_exchange(in);
      return true;
    case WorkerReport::message:
      take_message(in);
      return true;
    case WorkerReport::leaked:
      if (has_room(facts_.leaked.size(), max_leaks)) facts_.leaked.push_back(in.get<std::string>());
      return true;
    default:
      return false;
  }
}

void AttemptRecord::take_exchange(ByteReader& in) {
  if (!has_room(facts_.exchanges.size(), max_exchanges)) return;
  uint64_t connection = 0;
  facts_.exchanges.push_back(decode_exchange(in, connection));
  if (connection != 0) connections_[connection] = facts_.exchanges.size() - 1;
}

void AttemptRecord::take_message(ByteReader& in) {
  uint64_t connection = 0;
  MessageRecord message = decode_message(in, connection);
  const auto found = connections_.find(connection);
  // Its exchange may have been one too many.
  if (found == connections_.end() || !has_room(messages_, max_messages)) return;
  ++messages_;
  facts_.exchanges[found->second].messages.push_back(std::move(message));
}

void AttemptRecord::begin_step(ByteReader& in) {
  StepRecord step;
  step.title = in.get<std::string>();
  step.file = in.get<std::string>();
  step.line = in.get<uint32_t>();
  step.start_ns = in.get<int64_t>();
  step.depth = static_cast<uint32_t>(open_steps_.size());
  if (facts_.steps.size() >= max_steps) {
    ++left_out_;
    ++open_left_out_;
    return;
  }
  open_steps_.push_back(facts_.steps.size());
  facts_.steps.push_back(std::move(step));
}

void AttemptRecord::end_step(ByteReader& in) {
  const auto now_ns = in.get<int64_t>();
  // Steps past the bound are all younger than those that were kept.
  if (open_left_out_ > 0) {
    --open_left_out_;
    return;
  }
  if (open_steps_.empty()) return;
  StepRecord& step = facts_.steps[open_steps_.back()];
  step.duration_ns = time_between(step.start_ns, now_ns);
  open_steps_.pop_back();
}

AttemptFinished AttemptRecord::end(int64_t end_monotonic_ns) {
  is_open_ = false;
  facts_.start_ns = time_between(run_start_ns_, start_monotonic_ns_);
  facts_.duration_ns = time_between(start_monotonic_ns_, end_monotonic_ns);
  if (left_out_ > 0)
    facts_.notes.push_back(fmt::format("{} more things were reported than are kept", left_out_));
  return std::move(facts_);
}

std::vector<Failure> AttemptRecord::take_failures() {
  is_open_ = false;
  return std::move(facts_.failures);
}

std::string AttemptRecord::last_step() const {
  if (facts_.steps.empty()) return {};
  const StepRecord& step = open_steps_.empty() ? facts_.steps.back() : facts_.steps[open_steps_.back()];
  return step.file.empty() ? step.title : fmt::format("{} ({}:{})", step.title, step.file, step.line);
}

std::string AttemptRecord::last_request() const {
  if (facts_.exchanges.empty()) return {};
  const ExchangeRecord& exchange = facts_.exchanges.back();
  return fmt::format("{} {} -> {}", exchange.method, exchange.url,
                     exchange.status != 0 ? fmt::to_string(exchange.status) : exchange.error);
}

}  // namespace e2e::host
