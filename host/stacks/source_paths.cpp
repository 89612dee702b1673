#include "stacks/source_paths.hpp"

#include <string>

namespace e2e::host {
namespace {

/// "/home/me/project/" of "/home/me/project/tests/01_pay.cpp"; empty if it is none of `known_file`.
std::string folder_before(const std::string& file, std::string_view known_file) {
  if (known_file.empty() || known_file.front() == '/' || !file.ends_with(known_file)) return {};
  std::string folder = file.substr(0, file.size() - known_file.size());
  return folder.ends_with('/') ? folder : std::string();
}

}  // namespace

void shorten_paths(std::vector<ThreadStack>& stacks, std::string_view known_file) {
  std::string folder;
  for (const ThreadStack& stack : stacks)
    for (const StackFrame& frame : stack.frames)
      if (folder.empty()) folder = folder_before(frame.file, known_file);
  if (folder.empty()) return;
  for (ThreadStack& stack : stacks)
    for (StackFrame& frame : stack.frames)
      if (frame.file.starts_with(folder)) frame.file.erase(0, folder.size());
}

std::string shortened_place(const std::string& place, std::string_view known_file) {
  const std::string folder = folder_before(place.substr(0, place.find(':')), known_file);
  return place.substr(folder.size());
}

}  // namespace e2e::host
