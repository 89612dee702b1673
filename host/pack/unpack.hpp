#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"
#include "pack/read_pack.hpp"

namespace e2e::host {

/// Writes a pack's files into a folder of its own, which must be there and empty. Follows no link, overwrites
/// nothing.
class Unpacker : public PackSink {
 public:
  /// `accept` is asked before anything is written; it throws PackError for a pack that is not wanted.
  Unpacker(std::filesystem::path folder, std::function<void(const PackHead&)> accept);

  void begin(const PackHead& head) override;
  void begin_file(const PackFile& file) override;
  void write(std::string_view bytes) override;
  void end_file() override;

  /// Adds a file of that name, brings all to disk, and takes the right to write away. Throws PackError.
  void finish(const std::string& name, const std::string& text);

 private:
  void make_file(const std::string& path, uint32_t mode);
  void write_whole(const std::string& path, const std::string& text);

  std::filesystem::path folder_;
  std::function<void(const PackHead&)> accept_;
  UniqueFd root_, file_;
  std::string path_;  ///< of the file that is written
};

/// Throws PackError where the file of an unpacked pack is not as its manifest says.
void check_unpacked(const std::filesystem::path& folder, const PackFile& file);

/// The text of a regular file, no link; empty where it is missing and need not be there. Throws PackError, as
/// where it is longer.
std::string read_small_file(const std::filesystem::path& file, size_t most_bytes, bool is_needed);

}  // namespace e2e::host
