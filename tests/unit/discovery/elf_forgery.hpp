// Spoilt copies of a real plugin, and folders to keep them in.
#pragma once

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host::elf_test {

/// A folder of its own, removed with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A file that the build made, by its name: of tests/stub/ and of tests/unloadable/.
std::filesystem::path stub(std::string_view name);
std::filesystem::path unloadable(std::string_view name);

/// One note, as it is in the file; `name` with its NUL.
std::string note_bytes(std::string_view name, std::uint32_t type, std::string_view descriptor,
                       std::uint64_t alignment = 4);

/// The note of a plugin with these lines.
std::string plugin_note_bytes(std::string_view lines);

/// The bytes of an ELF file, to be changed in place. Throws std::runtime_error where the test asks for what
/// the file does not have.
class Forgery {
 public:
  explicit Forgery(const std::filesystem::path& original);

  std::vector<std::byte> bytes;

  template <class T>
  T get(std::uint64_t offset) const {
    T value;
    std::memcpy(&value, checked(offset, sizeof(T)), sizeof(T));
    return value;
  }

  template <class T>
  void put(std::uint64_t offset, const T& value) {
    std::memcpy(checked(offset, sizeof(T)), &value, sizeof(T));
  }

  /// The offset of the first program header of `type`.
  std::uint64_t header(std::uint32_t type) const;

  /// The offset of the first dynamic entry with `tag`.
  std::uint64_t dynamic_entry(std::int64_t tag) const;

  /// The offset of what the dynamic entry with `tag` points at.
  std::uint64_t target_of(std::int64_t tag) const;

  /// Gives the dynamic entry `tag` another value.
  void set_dynamic(std::int64_t tag, std::uint64_t value);

  /// Changes one field of the first program header of `type`.
  void set_header(std::uint32_t type, std::uint64_t Elf64_Phdr::*field, std::uint64_t value);

  /// Makes `content`, appended to the file, its only PT_NOTE segment.
  void replace_notes(std::string_view content, std::uint64_t alignment = 4);

  /// Makes `entries`, appended to the file, its dynamic section; of the old one stay the tags in `kept`.
  void replace_dynamic(std::vector<Elf64_Dyn> entries, const std::vector<std::int64_t>& kept);

  /// Takes the section headers away, and all that is not part of a segment.
  void strip_sections();

  void write_to(const std::filesystem::path& path) const;

 private:
  const std::byte* checked(std::uint64_t offset, std::size_t size) const;
  std::byte* checked(std::uint64_t offset, std::size_t size);
  std::uint64_t append(std::span<const std::byte> content);
};

}  // namespace e2e::host::elf_test
