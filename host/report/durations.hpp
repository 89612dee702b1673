#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include "events/reporter.hpp"

namespace e2e::host {

/// How long tests took when they passed last, in nanoseconds, by their ids. A guess is all it is good for.
using Durations = std::unordered_map<std::string, int64_t>;

/// From a file that make_durations_writer() has left. Lines that are none are passed over; nothing where
/// there is no file, or one of more than 16 MiB.
Durations read_durations(const std::filesystem::path& path);

/// Lays the run's durations over those of the file when it has finished. Where that can't be written there is
/// less to guess from, and no more to say. Its folder has to be there.
std::unique_ptr<Reporter> make_durations_writer(std::filesystem::path path);

}  // namespace e2e::host
