#pragma once

#include <archive.h>
#include <archive_entry.h>

namespace e2e::host {

/// libarchive's functions that packs need, by their names without `archive_`; archive_read(3),
/// archive_write(3) and archive_entry(3) say what each does. The library is loaded by name, as libcurl is and
/// for the same reason: workers, which have no use for it, would pay for it.
struct ArchiveLibrary {
  decltype(&::archive_error_string) error_string;
  decltype(&::archive_read_new) read_new;
  decltype(&::archive_read_free) read_free;
  decltype(&::archive_read_support_filter_zstd) read_support_filter_zstd;
  decltype(&::archive_read_support_format_tar) read_support_format_tar;
  decltype(&::archive_read_support_format_raw) read_support_format_raw;
  decltype(&::archive_read_open_fd) read_open_fd;
  decltype(&::archive_read_next_header) read_next_header;
  decltype(&::archive_read_data) read_data;
  decltype(&::archive_filter_code) filter_code;
  decltype(&::archive_filter_bytes) filter_bytes;
  decltype(&::archive_write_new) write_new;
  decltype(&::archive_write_free) write_free;
  decltype(&::archive_write_close) write_close;
  decltype(&::archive_write_add_filter_zstd) write_add_filter_zstd;
  decltype(&::archive_write_set_filter_option) write_set_filter_option;
  decltype(&::archive_write_set_format_pax_restricted) write_set_format_pax_restricted;
  decltype(&::archive_write_open_fd) write_open_fd;
  decltype(&::archive_write_header) write_header;
  decltype(&::archive_write_data) write_data;
  decltype(&::archive_entry_new) entry_new;
  decltype(&::archive_entry_free) entry_free;
  decltype(&::archive_entry_pathname) entry_pathname;
  decltype(&::archive_entry_filetype) entry_filetype;
  decltype(&::archive_entry_hardlink) entry_hardlink;
  decltype(&::archive_entry_symlink) entry_symlink;
  decltype(&::archive_entry_perm) entry_perm;
  decltype(&::archive_entry_size) entry_size;
  decltype(&::archive_entry_size_is_set) entry_size_is_set;
  decltype(&::archive_entry_sparse_count) entry_sparse_count;
  decltype(&::archive_entry_set_pathname) entry_set_pathname;
  decltype(&::archive_entry_set_filetype) entry_set_filetype;
  decltype(&::archive_entry_set_perm) entry_set_perm;
  decltype(&::archive_entry_set_size) entry_set_size;
};

/// Loads it at the first call; it stays for the process's life. Any thread. Throws std::runtime_error, which
/// says what is missing.
const ArchiveLibrary& archive_library();

}  // namespace e2e::host
