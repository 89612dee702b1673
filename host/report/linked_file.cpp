#include "report/linked_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>
#include <system_error>

#include "base/unique_fd.hpp"
#include "base/whole_file.hpp"

namespace e2e::host {

bool link_or_copy(const std::filesystem::path& source, const std::filesystem::path& target,
                  uint64_t& max_copied_bytes) {
  const UniqueFd from(::open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (!from || ::fstat(from.get(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  std::error_code error;
  std::filesystem::remove(target, error);
  if (::link(source.c_str(), target.c_str()) == 0) return true;
  const auto bytes = static_cast<uint64_t>(status.st_size);
  if (bytes > max_copied_bytes) return false;
  max_copied_bytes -= bytes;
  try {
    WholeFile file(target);
    char block[65536];
    for (ssize_t n = 0; (n = ::read(from.get(), block, sizeof block)) > 0;)
      file.write({block, static_cast<size_t>(n)});
    file.keep();
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

}  // namespace e2e::host
