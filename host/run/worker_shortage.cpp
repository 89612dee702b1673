#include "run/worker_shortage.hpp"

namespace e2e::host {
namespace {

constexpr int64_t pause_ns = 200'000'000;

}  // namespace

void WorkerShortage::begin(const std::string& why, int64_t now_ns) {
  if (!is_there()) alone_since_ns_ = 0;
  why_ = why;
  next_try_ns_ = now_ns + pause_ns;
}

bool WorkerShortage::is_hopeless(bool is_anyone_left, int64_t now_ns) {
  if (!is_there() || is_anyone_left) {
    alone_since_ns_ = 0;
    return false;
  }
  if (alone_since_ns_ == 0) alone_since_ns_ = now_ns;
  return now_ns - alone_since_ns_ >= patience_ns;
}

}  // namespace e2e::host
