#include "report/status_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "report/display_width.hpp"
#include "report/safe_text.hpp"

namespace e2e::host {
namespace {

constexpr int64_t kDrawingCostNs = 1'000'000'000 / 20;
constexpr int64_t kMostCreditNs = 10 * kDrawingCostNs;
constexpr std::string_view kEraseLine = "\r\x1b[2K";
constexpr std::string_view kEraseLineAbove = "\x1b[1A\x1b[2K";

int bar_columns(int width) { return width >= 60 ? 20 : width >= 40 ? 10 : 0; }

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

/// What runs now: as many tests as fit, then how many there are besides. A single one is cut rather than left
/// out.
std::string running_text(const RunTally& tally, int columns) {
  const std::vector<RunningAttempt>& running = tally.running();
  std::string names;
  for (size_t shown = 0; shown < running.size(); ++shown) {
    const std::string name = one_line(tally.info(running[shown].test).id);
    const size_t others = running.size() - shown - 1;
    const std::string more = others > 0 ? fmt::format(", +{}", others) : "";
    const int room = columns - display_width(names) - display_width(more) - (shown > 0 ? 2 : 0);
    if (shown == 0 && room < display_width(name)) return room > 0 ? fit_to_width(name, room) + more : "";
    if (room < display_width(name)) return names + fmt::format(", +{}", others + 1);
    names += (shown > 0 ? ", " : "") + name;
  }
  return names;
}

}  // namespace

StatusLine::StatusLine(int width, Ink ink) : width_(width), ink_(ink), credit_ns_(kMostCreditNs) {}

std::string StatusLine::text(const RunTally& tally) const {
  const OutcomeCounts& counts = tally.counts();
  const int columns = width_ - 1;
  const int bar = bar_columns(width_);
  const auto filled =
      static_cast<int>(counts.tests == 0 ? 0 : uint64_t{counts.finished()} * bar / counts.tests);

  std::string progress = fmt::format("{}/{}", counts.finished(), counts.tests);
  if (bar > 0) progress = ' ' + progress;
  if (display_width(progress) + bar > columns) return fit_to_width(progress, columns);
  std::string out =
      ink_(Tint::green, repeated("█", filled)) + ink_(Tint::dim, repeated("░", bar - filled)) + progress;
  int used = bar + display_width(progress);

  if (counts.failed > 0) {
    const std::string failed = fmt::format("  {} failed", counts.failed);
    if (used + display_width(failed) > columns) return out;
    out += ink_(Tint::red, failed);
    used += display_width(failed);
  }
  const std::string names = running_text(tally, columns - used - 2);
  return names.empty() ? out : out + "  " + names;
}

std::string StatusLine::clear() {
  if (!is_drawn_) return {};
  is_drawn_ = false;
  return std::string(kEraseLine) +
         repeated(kEraseLineAbove, static_cast<int>(std::exchange(lines_above_, 0)));
}

std::string StatusLine::draw(const RunTally& tally, int64_t time_ns, const std::vector<std::string>& above) {
  credit_ns_ = std::min(credit_ns_ + std::max<int64_t>(time_ns - last_time_ns_, 0), kMostCreditNs);
  last_time_ns_ = time_ns;
  is_stale_ = credit_ns_ < kDrawingCostNs;
  if (is_stale_) return {};
  credit_ns_ -= kDrawingCostNs;
  std::string out = clear();
  for (const std::string& line : above) out += line + '\n';
  lines_above_ = above.size();
  out += text(tally);
  is_drawn_ = true;
  return out;
}

}  // namespace e2e::host
