#include "discovery/describe_cache.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>

#include "base/unique_fd.hpp"
#include "base/version.hpp"
#include "base/whole_file.hpp"

namespace e2e::host {
namespace {

constexpr size_t max_file_bytes = 64 << 20;

/// A file of another version, or of something else, is no hit.
std::string header(const std::string& content_hash, const std::string& service) {
  return fmt::format("e2e-describe 1 {} {} {}\n", host_version, content_hash, service);
}

}  // namespace

std::filesystem::path DescribeCache::file_of(const std::string& content_hash,
                                             const std::string& service) const {
  return folder_ / (content_hash + "-" + service);
}

std::optional<DescribedPlugin> DescribeCache::find(const std::string& content_hash,
                                                   const std::string& service) const {
  const UniqueFd file(::open(file_of(content_hash, service).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts {};
  if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode) ||
      facts.st_size > static_cast<off_t>(max_file_bytes))
    return std::nullopt;
  std::string bytes(static_cast<size_t>(facts.st_size), '\0');
  size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t n = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (n <= 0) return std::nullopt;
    size += static_cast<size_t>(n);
  }
  const std::string expected = header(content_hash, service);
  if (!bytes.starts_with(expected)) return std::nullopt;
  try {
    ByteReader in(std::string_view(bytes).substr(expected.size()));
    DescribedPlugin described = decode_described_plugin(in);
    if (in.is_at_end()) return described;
  } catch (const BadBytes&) {
  }
  return std::nullopt;
}

void DescribeCache::keep(const std::string& content_hash, const std::string& service,
                         const DescribedPlugin& described) const {
  std::error_code ignored;
  std::filesystem::create_directories(folder_, ignored);
  const std::filesystem::path target = file_of(content_hash, service);
  ByteWriter out;
  encode(out, described);
  try {
    WholeFile file(target, 0644);
    file.write(header(content_hash, service) + out.bytes());
    file.keep();
  } catch (const std::system_error&) {  // described again next time
  }
}

}  // namespace e2e::host
