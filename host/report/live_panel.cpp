#include "report/live_panel.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace e2e::host {
namespace {

constexpr int64_t kDrawingCostNs = 1'000'000'000 / 20;
constexpr int64_t kMostCreditNs = 10 * kDrawingCostNs;
constexpr std::string_view kEraseBelow = "\x1b[J";
constexpr std::string_view kEraseToEnd = "\x1b[K";

}  // namespace

LivePanel::LivePanel() : credit_ns_(kMostCreditNs) {}

std::string LivePanel::to_first_line() const {
  return drawn_.size() > 1 ? fmt::format("\r\x1b[{}A", drawn_.size() - 1) : "\r";
}

std::string LivePanel::clear() {
  if (drawn_.empty()) return {};
  std::string out = to_first_line();
  out += kEraseBelow;
  drawn_.clear();
  return out;
}

bool LivePanel::may_draw(int64_t time_ns) {
  credit_ns_ = std::min(credit_ns_ + std::max<int64_t>(time_ns - last_time_ns_, 0), kMostCreditNs);
  last_time_ns_ = time_ns;
  is_stale_ = credit_ns_ < kDrawingCostNs;
  return !is_stale_;
}

std::string LivePanel::draw(const std::vector<std::string>& lines) {
  if (lines == drawn_) return {};
  credit_ns_ -= kDrawingCostNs;
  std::string out;
  // Overwritten rather than erased first, so that nothing flickers.
  if (!drawn_.empty()) out = to_first_line();
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += '\n';
    out += lines[i];
    if (!drawn_.empty()) out += kEraseToEnd;
  }
  if (!drawn_.empty()) out += kEraseBelow;
  drawn_ = lines;
  return out;
}

}  // namespace e2e::host
