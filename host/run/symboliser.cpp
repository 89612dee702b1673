#include "run/symboliser.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <memory>
#include <system_error>
#include <utility>

#include "base/log.hpp"

namespace e2e::host {
namespace {

constexpr int64_t look_interval_ms = 1000;

std::vector<ThreadStack> none_because(const std::string& why) {
  ThreadStack stack;
  stack.note = "no stack: " + why;
  return {stack};
}

}  // namespace

Symboliser::Symboliser(boost::asio::io_context& loop, Launcher& launcher)
    : loop_(loop), launcher_(launcher), channel_(loop), watch_(loop) {}

Symboliser::~Symboliser() { *is_alive_ = false; }

void Symboliser::read(const Snapshot& snapshot, Done done) {
  ByteWriter out;
  out.put(++last_id_);
  encode(out, snapshot);
  ask(StackRequest::snapshot, out, std::move(done));
}

void Symboliser::read_process(int64_t pid, Done done) {
  ask(StackRequest::process, ByteWriter().put(++last_id_).put(static_cast<int32_t>(pid)), std::move(done));
}

void Symboliser::ask(StackRequest type, const ByteWriter& payload, Done done) {
  if (has_given_up_) return fail(std::move(done), "the run was ended before it was read");
  if (!channel_.is_open() && !start())
    return fail(std::move(done), "the process that reads them can't be started");
  pending_.emplace(last_id_, std::move(done));
  if (pending_.size() == 1) {
    silent_ms_ = 0;
    watch();
  }
  append_frame(unsent_.emplace_back(), static_cast<uint16_t>(type), payload.bytes());
  if (!is_writing_) write();
}

bool Symboliser::start() {
  if (starts_ == max_starts || launcher_.is_lost()) return false;
  ++starts_;
  try {
    FdPair ends = make_socket_pair();
    channel_.assign(boost::asio::local::stream_protocol(), ends.first.release());
    launcher_.start_symboliser(std::move(ends.second));
  } catch (const std::system_error&) {
    return false;
  }
  replies_ = FrameBuffer();
  listen();
  return true;
}

void Symboliser::write() {
  if (unsent_.empty() || !channel_.is_open()) return;
  is_writing_ = true;
  boost::asio::async_write(channel_, boost::asio::buffer(unsent_.front()),
                           [this, alive = is_alive_](const boost::system::error_code& error, size_t) {
                             if (!*alive || error == boost::asio::error::operation_aborted) return;
                             is_writing_ = false;
                             if (error) return;  // it is dead; listen() hears of that
                             unsent_.pop_front();
                             write();
                           });
}

void Symboliser::listen() {
  channel_.async_read_some(boost::asio::buffer(bytes_),
                           [this, alive = is_alive_](const boost::system::error_code& error, size_t n) {
                             if (!*alive || error == boost::asio::error::operation_aborted) return;
                             if (error) return lose("the process that reads them has died over it");
                             try {
                               replies_.append({bytes_.data(), n});
                               while (const auto frame = replies_.next()) hear(*frame);
                             } catch (const BadBytes& bad) {
                               log_debug("the symboliser: {}", bad.what());
                               return lose("the process that reads them has died over it");
                             }
                             if (channel_.is_open()) listen();
                           });
}

void Symboliser::hear(const Frame& frame) {
  ByteReader in(frame.payload);
  StackReply reply = decode_stack_reply(in);
  const auto asked = pending_.find(reply.id);
  if (asked == pending_.end()) throw BadBytes("an answer to nothing");
  const Done done = std::move(asked->second);
  pending_.erase(asked);
  silent_ms_ = 0;
  done(reply.problem.empty() ? std::move(reply.stacks) : none_because(reply.problem));
}

// Counts how often it has looked, not the time: where this process did not run, that one could say nothing.
void Symboliser::watch() {
  watch_.expires_after(std::chrono::milliseconds(look_interval_ms));
  watch_.async_wait([this, alive = is_alive_](const boost::system::error_code& error) {
    if (!*alive || error || pending_.empty()) return;
    silent_ms_ += look_interval_ms;
    if (silent_ms_ < max_patience_ms) return watch();
    launcher_.kill_symboliser();
    lose(fmt::format("the process that reads them gave no answer for {} s", max_patience_ms / 1000));
  });
}

void Symboliser::give_up() {
  has_given_up_ = true;
  if (!channel_.is_open()) return;
  launcher_.kill_symboliser();
  lose("the run was ended before it was read");
}

void Symboliser::lose(const std::string& why) {
  boost::system::error_code ignored;
  channel_.close(ignored);
  unsent_.clear();
  is_writing_ = false;
  for (auto& [id, done] : std::exchange(pending_, {})) done(none_because(why));
}

void Symboliser::fail(Done done, const std::string& why) {
  boost::asio::post(loop_, [done = std::move(done), why, alive = is_alive_] {
    if (*alive) done(none_because(why));
  });
}

}  // namespace e2e::host
