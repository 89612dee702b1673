#include "pack/archive_library.hpp"

#include <fmt/format.h>

#include <boost/dll/shared_library.hpp>
#include <stdexcept>
#include <type_traits>

namespace e2e::host {
namespace {

/// Its name since libarchive 3.0, of 2011.
constexpr const char* kLibraryName = "libarchive.so.13";

ArchiveLibrary load() {
  namespace dll = boost::dll;
  try {
    // Never deleted: it stays. Static, so that leak checkers know whose it is.
    static const auto& library =
        *new dll::shared_library(kLibraryName, dll::load_mode::rtld_now | dll::load_mode::rtld_local |
                                                   dll::load_mode::search_system_folders);
    ArchiveLibrary found{};
#define E2E_GET(name) found.name = &library.get<std::remove_pointer_t<decltype(found.name)>>("archive_" #name)
    E2E_GET(error_string);
    E2E_GET(read_new);
    E2E_GET(read_free);
    E2E_GET(read_support_filter_zstd);
    E2E_GET(read_support_format_tar);
    E2E_GET(read_support_format_raw);
    E2E_GET(read_open_fd);
    E2E_GET(read_next_header);
    E2E_GET(read_data);
    E2E_GET(filter_code);
    E2E_GET(filter_bytes);
    E2E_GET(write_new);
    E2E_GET(write_free);
    E2E_GET(write_close);
    E2E_GET(write_add_filter_zstd);
    E2E_GET(write_set_filter_option);
    E2E_GET(write_set_format_pax_restricted);
    E2E_GET(write_open_fd);
    E2E_GET(write_header);
    E2E_GET(write_data);
    E2E_GET(entry_new);
    E2E_GET(entry_free);
    E2E_GET(entry_pathname);
    E2E_GET(entry_filetype);
    E2E_GET(entry_hardlink);
    E2E_GET(entry_symlink);
    E2E_GET(entry_perm);
    E2E_GET(entry_size);
    E2E_GET(entry_size_is_set);
    E2E_GET(entry_sparse_count);
    E2E_GET(entry_set_pathname);
    E2E_GET(entry_set_filetype);
    E2E_GET(entry_set_perm);
    E2E_GET(entry_set_size);
#undef E2E_GET
    return found;
  } catch (const std::exception& failure) {
    throw std::runtime_error(
        fmt::format("libarchive can't be used: {}; install it (Debian: libarchive13)", failure.what()));
  }
}

}  // namespace

const ArchiveLibrary& archive_library() {
  static const ArchiveLibrary library = load();
  return library;
}

}  // namespace e2e::host
