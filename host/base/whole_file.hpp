#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string_view>

#include "base/unique_fd.hpp"

namespace e2e::host {

/// A new file that takes its name only when it is whole. Until keep(), what has the name stays as it is;
/// where the file system can make files without a name, nothing else is left either, however this process
/// ends. All functions throw std::system_error. Not thread-safe.
class WholeFile {
 public:
  /// Makes an empty file, to be written and read, in the folder of `path`, which must be there. `mode` is
  /// less what the umask takes.
  explicit WholeFile(std::filesystem::path path, mode_t mode = 0666);
  WholeFile(WholeFile&& other) noexcept;
  WholeFile& operator=(WholeFile&&) = delete;
  ~WholeFile();

  /// Borrowed, until the end of this object's life.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  /// Appends.
  void write(std::string_view bytes);
  /// Waits until what was written will outlive a loss of power.
  void sync();
  /// Gives the file its name, in place of what has it: a symbolic link is replaced, not what it leads to.
  /// Once, last.
  void keep();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;  ///< the name it has until keep(); empty: none
  UniqueFd fd_;
};

/// Puts `text` in the place of the file's content, through a WholeFile of that mode. Throws
/// std::system_error.
void write_whole_file(const std::filesystem::path& path, std::string_view text, mode_t mode = 0666);

}  // namespace e2e::host
