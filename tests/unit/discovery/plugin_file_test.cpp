#include "discovery/plugin_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "e2e_catch.hpp"
#include "elf_forgery.hpp"

using namespace e2e::host;
using namespace e2e::host::elf_test;
using Kind = Refusal::Kind;

namespace {

/// A machine like this one, on which every library is found, none with versions.
HostPlatform tolerant_platform() {
  HostPlatform platform = HostPlatform::current();
  platform.glibc = GlibcVersion{2, 36};
  platform.abi = {1, 0};
  platform.sanitizers.clear();
  platform.find_library = [](const LibraryQuery& query) {
    return LibraryAnswer{LibraryAnswer::State::found, "/lib/" + query.name};
  };
  platform.library_versions = [](const std::filesystem::path&) { return std::nullopt; };
  return platform;
}

PluginFile accepted_file(const std::filesystem::path& path,
                         const HostPlatform& platform = tolerant_platform()) {
  auto result = read_plugin_file(path, platform);
  if (const auto* refusal = std::get_if<Refusal>(&result)) FAIL(refusal->sentence);
  if (const auto* other = std::get_if<NotAPlugin>(&result)) FAIL(other->sentence);
  return std::get<PluginFile>(std::move(result));
}

/// The sentence of the refusal without the path in front, which is checked.
std::string refused(Kind kind, const std::filesystem::path& path,
                    const HostPlatform& platform = tolerant_platform()) {
  const auto result = read_plugin_file(path, platform);
  const auto* refusal = std::get_if<Refusal>(&result);
  if (!refusal) FAIL("the file was not refused");
  CHECK(refusal->kind == kind);
  const std::string start = path.string() + ": ";
  REQUIRE(refusal->sentence.starts_with(start));
  return refusal->sentence.substr(start.size());
}

std::string passed_over(const std::filesystem::path& path) {
  const auto result = read_plugin_file(path, tolerant_platform());
  const auto* other = std::get_if<NotAPlugin>(&result);
  if (!other) FAIL("the file was not passed over");
  CHECK(other->path == path);
  const std::string start = path.string() + ": not a plugin: ";
  REQUIRE(other->sentence.starts_with(start));
  return other->sentence.substr(start.size());
}

/// A copy of the sound plugin whose note has these lines.
std::filesystem::path with_note(const TemporaryFolder& folder, std::string_view lines) {
  Forgery forgery(stub("sound.so"));
  forgery.replace_notes(plugin_note_bytes(lines));
  forgery.write_to(folder.path() / "forged.so");
  return folder.path() / "forged.so";
}

}  // namespace

TEST_CASE("SoundPluginFileIsAccepted", "[plugin_file]") {
  const PluginFile plugin = accepted_file(stub("sound.so"), HostPlatform::current());
  CHECK(plugin.path == stub("sound.so"));
  CHECK(plugin.note.id == "sound");
  CHECK(plugin.note.service == "*");
  CHECK(plugin.note.version == "1.2.3");
  CHECK(plugin.build_id.size() == 40);
  CHECK(plugin.content_hash.size() == 32);
  CHECK(plugin.size == std::filesystem::file_size(stub("sound.so")));
  struct stat status {};
  REQUIRE(::stat(stub("sound.so").c_str(), &status) == 0);
  CHECK(plugin.mtime_unix_ns == std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec);
}

TEST_CASE("WhatOnlyLoadingShowsIsNotRefusedHere", "[plugin_file]") {
  const auto name = GENERATE("wrong_magic", "crashing_constructor", "throwing_constructor",
                             "exiting_constructor", "hanging_constructor");
  CHECK(accepted_file(unloadable(std::string(name) + ".so"), HostPlatform::current()).note.id == name);
}

TEST_CASE("ContentHashFollowsTheContent", "[plugin_file]") {
  const TemporaryFolder folder;
  Forgery forgery(stub("sound.so"));
  forgery.write_to(folder.path() / "copy.so");
  const std::string hash = accepted_file(stub("sound.so")).content_hash;
  CHECK(accepted_file(folder.path() / "copy.so").content_hash == hash);
  forgery.bytes.push_back(std::byte{0});
  forgery.write_to(folder.path() / "copy.so");
  CHECK(accepted_file(folder.path() / "copy.so").content_hash != hash);
}

TEST_CASE("FileOfAnotherMachineIsRefused", "[plugin_file]") {
  const std::string here = platform_name(HostPlatform::current().identity);
  const std::string there = here == "aarch64" ? "x86_64" : "aarch64";
  CHECK(refused(Kind::foreign_platform, unloadable("foreign_arch.so")) ==
        "built for " + there + ", this host is " + here + "; build it for " + here);
}

TEST_CASE("FileOfAnotherWordSizeIsRefused", "[plugin_file]") {
  const TemporaryFolder folder;
  Forgery forgery(stub("sound.so"));
  forgery.put(EI_CLASS, std::uint8_t{ELFCLASS32});
  forgery.put(EI_NIDENT + 2, std::uint16_t{EM_386});
  forgery.write_to(folder.path() / "old.so");
  const std::string here = platform_name(HostPlatform::current().identity);
  CHECK(refused(Kind::foreign_platform, folder.path() / "old.so") ==
        "built for i386, this host is " + here + "; build it for " + here);
}

TEST_CASE("OtherAbiIsRefused", "[plugin_file]") {
  CHECK(refused(Kind::abi_mismatch, unloadable("wrong_abi.so")) ==
        "built for plugin ABI 2.0, this host offers 1.0: update e2e-host, or rebuild the plugin with this "
        "host's SDK");
  CHECK(refused(Kind::abi_mismatch, unloadable("newer_minor.so")) ==
        "needs plugin ABI 1.99, this host offers 1.0: update e2e-host");
  HostPlatform later = tolerant_platform();
  later.abi = {2, 0};
  CHECK(refused(Kind::abi_mismatch, stub("sound.so"), later) ==
        "built for plugin ABI 1.0, this host offers 2.0: rebuild the plugin with this host's SDK");
  later.abi = {1, 99};
  CHECK(accepted_file(unloadable("newer_minor.so"), later).note.id == "newer_minor");
}

TEST_CASE("OtherAbiIsTheReasonEvenWhereTheNoteIsStrange", "[plugin_file]") {
  const TemporaryFolder folder;
  CHECK(refused(Kind::abi_mismatch, with_note(folder, "abi=3.1\nname=users\n"))
            .starts_with("built for plugin ABI 3.1, this host offers 1.0"));
}

TEST_CASE("NoteThatCannotBeUsedIsRefused", "[plugin_file]") {
  const TemporaryFolder folder;
  CHECK(refused(Kind::bad_note, with_note(folder, "abi=1.0\nid=users\n")) ==
        "its e2e note has no 'service'; rebuild it with e2e_add_plugin()");
}

TEST_CASE("MissingEntryIsRefused", "[plugin_file]") {
  CHECK(refused(Kind::no_entry, unloadable("no_entry.so")) ==
        "has the note of a plugin, but exports no function e2e_plugin_v1; build it with e2e_add_plugin(), or "
        "export "
        "that function");
}

TEST_CASE("NewerGlibcIsRefused", "[plugin_file]") {
  CHECK(refused(Kind::glibc_too_new, unloadable("too_new_glibc.so")) ==
        "needs glibc 2.99, this host has 2.36; rebuild it on an older distribution");
  HostPlatform later = tolerant_platform();
  later.glibc = GlibcVersion{2, 99};
  CHECK(accepted_file(unloadable("too_new_glibc.so"), later).needed == std::vector<std::string>{"libc.so.6"});
  later.glibc = GlibcVersion{3, 0};
  CHECK(accepted_file(unloadable("too_new_glibc.so"), later).note.id == "too_new_glibc");
}

TEST_CASE("RealMachineRefusesWhatItCannotLoad", "[plugin_file]") {
  const HostPlatform platform = HostPlatform::current();
  REQUIRE(platform.glibc);
  CHECK(refused(Kind::glibc_too_new, unloadable("too_new_glibc.so"), platform) ==
        "needs glibc 2.99, this host has " + platform.glibc->text() +
            "; rebuild it on an older distribution");
  CHECK(refused(Kind::missing_library, unloadable("missing_library.so"), platform) ==
        "needs libmissing.so.1, which is neither beside the plugin nor on this machine; install it or ship "
        "it with "
        "the plugin");
  CHECK(refused(Kind::missing_symbol_version, unloadable("too_new_libstdcxx.so"), platform)
            .starts_with("needs GLIBCXX_3.4.99 of libstdc++.so.6, this host's "));
}

TEST_CASE("LibraryBesideThePluginIsNotEnoughWithoutARunpath", "[plugin_file]") {
  const TemporaryFolder folder;
  std::filesystem::copy_file(unloadable("missing_library.so"), folder.path() / "plugin.so");
  std::filesystem::copy_file(stub("sound.so"), folder.path() / "libmissing.so.1");
  CHECK(refused(Kind::missing_library, folder.path() / "plugin.so", HostPlatform::current()) ==
        "needs libmissing.so.1, which is beside the plugin, but the plugin's RUNPATH does not lead there; "
        "link the "
        "plugin with -Wl,-rpath,'$ORIGIN'");
}

TEST_CASE("LibraryThatMayBeThereIsLeftToTheLoader", "[plugin_file]") {
  HostPlatform platform = tolerant_platform();
  platform.find_library = [](const LibraryQuery&) {
    return LibraryAnswer{LibraryAnswer::State::unknown, {}};
  };
  CHECK(accepted_file(unloadable("missing_library.so"), platform).note.id == "missing_library");
}

TEST_CASE("SearchIsToldWhereThePluginIs", "[plugin_file]") {
  std::vector<LibraryQuery> queries;
  HostPlatform platform = tolerant_platform();
  platform.find_library = [&](const LibraryQuery& query) {
    queries.push_back(query);
    return LibraryAnswer{LibraryAnswer::State::found, "/lib/" + query.name};
  };
  accepted_file(unloadable("missing_library.so"), platform);
  REQUIRE(queries.size() == 1);
  CHECK(queries[0].name == "libmissing.so.1");
  CHECK(queries[0].origin == unloadable("missing_library.so").parent_path());
  CHECK(queries[0].runpath == std::nullopt);
}

TEST_CASE("NewerVersionOfAnotherLibraryIsRefused", "[plugin_file]") {
  HostPlatform platform = tolerant_platform();
  platform.library_versions =
      [](const std::filesystem::path& path) -> std::optional<std::vector<std::string>> {
    CHECK(path == "/lib/libstdc++.so.6");
    return std::vector<std::string>{"GLIBCXX_3.4.9", "GLIBCXX_3.4.30", "GLIBCXX_3.4", "CXXABI_1.3.100"};
  };
  CHECK(refused(Kind::missing_symbol_version, unloadable("too_new_libstdcxx.so"), platform) ==
        "needs GLIBCXX_3.4.99 of libstdc++.so.6, this host's /lib/libstdc++.so.6 goes up to GLIBCXX_3.4.30; "
        "rebuild "
        "it on an older distribution, or update libstdc++.so.6");
  platform.library_versions = [](const std::filesystem::path&) {
    return std::optional(std::vector<std::string>{"GLIBCXX_3.4.99"});
  };
  CHECK(accepted_file(unloadable("too_new_libstdcxx.so"), platform).note.id == "too_new_libstdcxx");
}

TEST_CASE("SanitizerThatTheHostLacksIsRefused", "[plugin_file]") {
  const TemporaryFolder folder;
  const auto note = [](const std::string& sanitizer) {
    return "abi=1.0\nid=users\nservice=users\nsanitizer=" + sanitizer + "\n";
  };
  CHECK(refused(Kind::sanitizer_mismatch, with_note(folder, note("address"))) ==
        "built with AddressSanitizer, this host without: build the plugin without it, or use an e2e-host "
        "built with it");
  CHECK(refused(Kind::sanitizer_mismatch, with_note(folder, note("undefined,thread")))
            .starts_with("built with ThreadSanitizer, this host without"));
  accepted_file(with_note(folder, note("undefined")));
  accepted_file(with_note(folder, note("none")));
  accepted_file(with_note(folder, note("")));
  HostPlatform same = tolerant_platform();
  same.sanitizers = {"address"};
  accepted_file(with_note(folder, note("address,undefined")), same);
  accepted_file(with_note(folder, note("none")), same);
}

TEST_CASE("TruncatedFileIsRefusedWithBothSizes", "[plugin_file]") {
  const std::string sentence = refused(Kind::truncated, unloadable("truncated.so"));
  const std::string size = std::to_string(std::filesystem::file_size(unloadable("truncated.so")));
  CHECK(sentence.starts_with("the file is truncated: " + size + " bytes, its program headers need "));
  CHECK(sentence.ends_with("; build or copy it again"));
}

TEST_CASE("PluginFileTruncatedAnywhereIsNeverAccepted", "[plugin_file]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "short.so";
  Forgery(stub("sound.so")).write_to(path);
  const HostPlatform platform = tolerant_platform();
  for (auto size = static_cast<off_t>(std::filesystem::file_size(path)) - 1; size >= 0;
       size -= size > 4096 ? 61 : 1) {
    INFO(size);
    REQUIRE(::truncate(path.c_str(), size) == 0);
    const auto result = read_plugin_file(path, platform);
    REQUIRE(result.index() == (size < SELFMAG ? 1u : 2u));
  }
}

TEST_CASE("DamagedFileIsRefused", "[plugin_file]") {
  const TemporaryFolder folder;
  Forgery forgery(stub("sound.so"));
  forgery.replace_notes(plugin_note_bytes("abi=1.0\n") + plugin_note_bytes("abi=1.0\n"));
  forgery.write_to(folder.path() / "twice.so");
  CHECK(refused(Kind::malformed, folder.path() / "twice.so") ==
        "the file is damaged: it has more than one e2e note; build or copy it again");
}

TEST_CASE("NameOfALibraryCannotForgeASentence", "[plugin_file]") {
  const TemporaryFolder folder;
  Forgery forgery(unloadable("missing_library.so"));
  const std::uint64_t strings = forgery.target_of(DT_STRTAB);
  const auto name = forgery.get<Elf64_Dyn>(forgery.dynamic_entry(DT_NEEDED)).d_un.d_val;
  forgery.put(strings + name, std::array<char, 4>{'a', '\n', '\x1b', 'c'});
  forgery.write_to(folder.path() / "evil.so");
  CHECK(
      refused(Kind::missing_library, folder.path() / "evil.so", HostPlatform::current()) ==
      "needs a\\x0A\\x1Bcissing.so.1, which is neither beside the plugin nor on this machine; install it or "
      "ship it with the plugin");
}

TEST_CASE("OtherFilesArePassedOver", "[plugin_file]") {
  const TemporaryFolder folder;
  const auto text = folder.path() / "readme.so";
  std::ofstream(text) << "hello\n";
  CHECK(passed_over(text) == "it is not an ELF file");
  std::ofstream(text, std::ios::trunc).flush();
  CHECK(passed_over(text) == "the file is empty");
  CHECK(passed_over(unloadable("not_a_plugin.so")) ==
        "it has no e2e note; plugins are built with e2e_add_plugin()");
  CHECK(passed_over("/proc/self/exe") == "it has no e2e note; plugins are built with e2e_add_plugin()");
  CHECK(passed_over(stub("sound.so.debug")) ==
        "it holds debug information or object code, no shared library");
}

TEST_CASE("FilesThatAreNotRegularAreRefusedAtOnce", "[plugin_file]") {
  const TemporaryFolder folder;
  CHECK(refused(Kind::not_a_regular_file, folder.path()) == "is a folder, not a file");
  const auto fifo = folder.path() / "fifo.so";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(refused(Kind::not_a_regular_file, fifo) == "is not a regular file");
  CHECK(refused(Kind::not_a_regular_file, "/dev/null") == "is not a regular file");
}

TEST_CASE("FileThatCannotBeOpenedIsRefused", "[plugin_file]") {
  const TemporaryFolder folder;
  CHECK(refused(Kind::unreadable, folder.path() / "none.so") ==
        "cannot be opened: No such file or directory");
  std::filesystem::create_symlink("loop.so", folder.path() / "loop.so");
  CHECK(refused(Kind::unreadable, folder.path() / "loop.so").starts_with("cannot be opened: "));
}

TEST_CASE("FileOverAGibibyteIsRefusedUnread", "[plugin_file]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "huge.so";
  Forgery(stub("sound.so")).write_to(path);
  REQUIRE(::truncate(path.c_str(), (off_t{1} << 30) + 1) == 0);
  CHECK(refused(Kind::too_large, path) == "is 1073741825 bytes, the most that is read is 1073741824");
}

TEST_CASE("FileChangedWhileItIsReadIsRefused", "[plugin_file]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "plugin.so";
  std::filesystem::copy_file(unloadable("missing_library.so"), path);
  HostPlatform platform = tolerant_platform();
  const off_t size = GENERATE(off_t{100}, off_t{1} << 20);
  platform.find_library = [&](const LibraryQuery&) {
    CHECK(::truncate(path.c_str(), size) == 0);
    return LibraryAnswer{LibraryAnswer::State::unknown, {}};
  };
  CHECK(refused(Kind::changed, path, platform) ==
        "was changed while it was read; try again when its build has finished");
}

TEST_CASE("ProgramWithTheNoteOfAPluginIsRefused", "[plugin_file]") {
  const TemporaryFolder folder;
  Forgery forgery(stub("sound.so"));
  forgery.put(EI_NIDENT, std::uint16_t{ET_EXEC});
  forgery.write_to(folder.path() / "program");
  CHECK(refused(Kind::not_a_shared_library, folder.path() / "program") ==
        "has the note of a plugin, but is not a shared library; link it with -shared");
}

TEST_CASE("GlibcVersionsAreParsedAndCompared", "[plugin_file]") {
  CHECK(parse_glibc_version("2.36") == GlibcVersion{2, 36});
  CHECK(parse_glibc_version("2.36.9000") == GlibcVersion{2, 36});
  CHECK(parse_glibc_version("2.2.5") < parse_glibc_version("2.14"));
  const auto text =
      GENERATE(as<std::string>(), "", "2", "2.", "PRIVATE", "2.x", ".3", "2.3x", "99999999999.1");
  CHECK(parse_glibc_version(text) == std::nullopt);
}
