#include "report/stack_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/quantity.hpp"
#include "report/safe_text.hpp"

namespace e2e::host {
namespace {

constexpr size_t most_frames = 16, most_threads = 8;

std::string place_of(const StackFrame& frame) {
  if (!frame.file.empty())
    return one_line(frame.line == 0 ? frame.file : fmt::format("{}:{}", frame.file, frame.line));
  if (frame.module.empty()) return {};
  return one_line(fmt::format("{}+{:#x}", frame.module, frame.offset));
}

void append_stack(std::string& out, const ThreadStack& stack, const TextLayout& layout) {
  const size_t count = stack.frames.size();
  for (size_t i = 0; i < std::min(count, most_frames); ++i) {
    const StackFrame& frame = stack.frames[i];
    const std::string place = place_of(frame);
    out += fmt::format("    #{:<2} {}", i, frame.function.empty() ? "??" : one_line(frame.function));
    if (!place.empty()) out += "  " + layout.ink(Tint::cyan, place);
    out += "\n";
  }
  if (count > most_frames) out += fmt::format("    … {} more …\n", count_text(count - most_frames, "frame"));
  if (!stack.note.empty()) out += "    " + one_line(stack.note) + "\n";
}

}  // namespace

std::string stack_text(const std::vector<ThreadStack>& stacks, const TextLayout& layout) {
  std::string out;
  for (size_t i = 0; i < std::min(stacks.size(), most_threads); ++i) {
    const ThreadStack& stack = stacks[i];
    if (stacks.size() == 1)
      out += "  stack:\n";
    else
      out += i == 0 ? "  stack of the main thread:\n"
                    : fmt::format("  stack of thread {} ({}):\n", i + 1, one_line(stack.name));
    append_stack(out, stack, layout);
  }
  if (stacks.size() > most_threads)
    out += fmt::format("  … {} more …\n", count_text(stacks.size() - most_threads, "thread"));
  return out;
}

}  // namespace e2e::host
