#include "run/stack_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"

namespace e2e::host {
namespace {

constexpr size_t most_frames = 8;

std::string place_of(const StackFrame& frame) {
  if (!frame.file.empty()) return frame.line == 0 ? frame.file : fmt::format("{}:{}", frame.file, frame.line);
  return frame.module.empty() ? "an unknown place" : fmt::format("{}+{:#x}", frame.module, frame.offset);
}

}  // namespace

std::string stack_lines(const std::vector<ThreadStack>& stacks) {
  std::string lines;
  if (stacks.empty()) return lines;
  const std::vector<StackFrame>& frames = stacks.front().frames;
  for (size_t i = 0; i < std::min(frames.size(), most_frames); ++i) {
    const std::string function = frames[i].function.empty() ? "??" : frames[i].function;
    lines += fmt::format("\n  at {}, {}", printable(function), printable(place_of(frames[i])));
  }
  return lines;
}

}  // namespace e2e::host
