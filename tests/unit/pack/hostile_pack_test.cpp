// Packs that are not what they say, or not what they should be: each refused, its reason named, and the store
// as it was.
#include <e2e_catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "made_pack.hpp"
#include "pack/archive.hpp"
#include "pack/pack_store.hpp"

using namespace e2e::host;
using namespace e2e_test;
namespace fs = std::filesystem;

namespace {

/// A store with one pack in it, by a trusted publisher.
struct Shop {
  TemporaryFolder folder;
  SigningKey key = SigningKey::generate(), stranger = SigningKey::generate(), bank = SigningKey::generate();
  std::vector<TrustedKey> trusted = {{"shop", key.public_key}, {"bank", bank.public_key}};
  PackStore store{folder.path / "store", trusted};
  fs::path file = folder.path / "pack";

  Shop() {
    write_archive(file, sample_members(sample_manifest("0.5.0"), &key));
    store.install(opened(file).get(), "here", {});
  }

  /// What every file and folder of the store is.
  [[nodiscard]] std::string state() const {
    std::vector<std::string> lines;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path / "store")) {
      std::string line = entry.path().string();
      if (entry.is_regular_file() && !entry.is_symlink()) line += " " + sha256_digits(text_of(entry.path()));
      lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return text;
  }

  /// Why the pack in `file` is not installed.
  std::string refusal(const InstallOptions& options = {}) {
    const std::string before = state();
    std::string reason = "installed";
    try {
      store.install(opened(file).get(), "here", options);
    } catch (const PackError& error) {
      reason = error.what();
    }
    CHECK(state() == before);
    return reason;
  }

  std::string refusal_of(const std::vector<Member>& members) {
    write_archive(file, members);
    return refusal();
  }
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("MembersThatAreNoPlainFilesAreRefused") {
  Shop shop;
  const auto with = [&](const Member& member) {
    std::vector<Member> members = sample_members(sample_manifest(), &shop.key);
    members.insert(members.begin() + 2, member);
    return shop.refusal_of(members);
  };
  CHECK(holds(with({"../x", "y"}), "the path '../x' leads out of the pack"));
  CHECK(holds(with({"a/../../x", "y"}), "leads out of the pack"));
  CHECK(holds(with({"/abs", "y"}), "the path '/abs' is absolute"));
  CHECK(holds(with({"a\x1b[31m", "y"}), "control characters"));
  CHECK(holds(with({"a\nb", "y"}), "control characters"));
  CHECK(holds(with({"data/link", "", 0777, S_IFLNK, "/etc/passwd"}), "data/link: is a symbolic link"));
  CHECK(holds(with({"data/hard", "", 0644, S_IFREG, "/etc/passwd", true}), "data/hard: is a hard link"));
  CHECK(holds(with({"data/fifo", "", 0644, S_IFIFO}), "data/fifo: is a fifo"));
  CHECK(holds(with({"data/null", "", 0644, S_IFCHR}), "data/null: is a device"));
  CHECK(holds(with({"data/", "", 0755, S_IFDIR}), "data"));
  CHECK(holds(with({"data/root", "y", 04755}), "data/root: has a setuid, setgid or sticky bit"));
  CHECK(holds(with({"data/mode", "y", 0600}), "data/mode: has the mode 0600, not 0644 or 0755"));
  CHECK(holds(with({"data/more", "y"}), "data/more: is not in the manifest"));
}

TEST_CASE("WhatTheManifestDoesNotSayIsRefused") {
  Shop shop;
  const std::vector<Member> good = sample_members(sample_manifest(), &shop.key);
  const auto changed = [&](const std::function<void(std::vector<Member>&)>& change) {
    std::vector<Member> members = good;
    change(members);
    return shop.refusal_of(members);
  };
  using Members = std::vector<Member>&;
  CHECK(holds(changed([](Members m) { m.pop_back(); }),
              "lib/users.so: the manifest lists it, and the archive ends before"));
  CHECK(holds(changed([](Members m) { m.erase(m.begin() + 2); }),
              "data/a.txt: the manifest lists it, and the archive does not have it here"));
  CHECK(holds(changed([](Members m) { m.push_back(m.back()); }), "lib/users.so: is there twice"));
  CHECK(holds(changed([](Members m) { m[3].content = "c0de"; }),
              "lib/users.so: is not what the manifest says: its hash is another"));
  CHECK(holds(changed([](Members m) { m[3].content = "longer code"; }),
              "lib/users.so: has 11 bytes, where the manifest says 4"));
  CHECK(holds(changed([](Members m) { m[3].mode = 0644; }),
              "lib/users.so: has the mode 0644, where the manifest says 0755"));
  CHECK(holds(changed([](Members m) { m[2].path = "data/b.txt"; }), "data/b.txt: is not in the manifest"));
  CHECK(holds(changed([](Members m) { m.erase(m.begin()); }),
              "is no pack: its first file is not manifest.yaml"));
  CHECK(holds(changed([](Members m) { m.clear(); }), "is no pack"));
}

TEST_CASE("SignaturesOfOthersAreRefused") {
  Shop shop;
  const auto signed_by = [&](const SigningKey& key, const Manifest& manifest) {
    return sample_members(manifest, &key);
  };
  CHECK(holds(shop.refusal_of(sample_members(sample_manifest(), nullptr)),
              "nobody has signed it; --allow-unsigned installs it"));
  CHECK(holds(shop.refusal_of(signed_by(shop.stranger, sample_manifest())),
              "which is not trusted: `e2e-host trust add shop KEY`"));
  // A trusted publisher's key, under another's name.
  CHECK(holds(shop.refusal_of(signed_by(shop.bank, sample_manifest())),
              "says that it is by shop, and is signed with key"));

  std::vector<Member> members = signed_by(shop.key, sample_manifest());
  members[0].content += "# changed\n";
  CHECK(holds(shop.refusal_of(members), "its signature is wrong"));
  members = signed_by(shop.key, sample_manifest());
  members[1].content = signed_by(shop.key, sample_manifest("3.0.0"))[1].content;
  CHECK(holds(shop.refusal_of(members), "its signature is wrong"));
  members[1].content.clear();
  CHECK(holds(shop.refusal_of(members), "manifest.sig: is empty"));
  members[1].content = "nonsense";
  CHECK(holds(shop.refusal_of(members), "manifest.sig: is no signature"));
  members.erase(members.begin() + 1);
  CHECK(holds(shop.refusal_of(members), "and there is no signature"));
}

TEST_CASE("OlderAndOthersPacksAreRefused") {
  Shop shop;
  CHECK(holds(shop.refusal_of(sample_members(sample_manifest("0.4.9"), &shop.key)),
              "it is shop-tests 0.4.9, and the newer 0.5.0 is installed; --allow-older"));
  Manifest again = sample_manifest("0.5.0");
  again.variables = {"X"};
  CHECK(holds(shop.refusal_of(sample_members(again, &shop.key)), "another shop-tests 0.5.0 is installed"));
  Manifest theirs = sample_manifest("9.0.0");
  theirs.publisher = "bank";
  CHECK(holds(shop.refusal_of(sample_members(theirs, &shop.bank)),
              "a pack 'shop-tests' by shop is installed, and this one is by bank"));
}

TEST_CASE("ArchivesThatAreNoneOrNotWholeAreRefused") {
  Shop shop;
  write_archive(shop.file, sample_members(sample_manifest(), &shop.key));
  const std::string good = text_of(shop.file);
  const auto with = [&](const std::string& bytes) {
    std::ofstream(shop.file, std::ios::binary | std::ios::trunc) << bytes;
    return shop.refusal();
  };
  for (size_t size = 0; size < good.size(); size += 1 + good.size() / 97) {
    INFO(size);
    CHECK(with(good.substr(0, size)) != "installed");
  }
  CHECK(with(good + "x") != "installed");
  CHECK(with(good + good) != "installed");
  CHECK(holds(with("hello"), "is no pack"));
  for (size_t at = 0; at < good.size(); at += 1 + good.size() / 211) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x41);
    INFO(at);
    // A bit that counts for nothing leaves the pack what it was: that may be installed, anything else not.
    std::ofstream(shop.file, std::ios::binary | std::ios::trunc) << bytes;
    try {
      const auto result = shop.store.install(opened(shop.file).get(), "here", {});
      CHECK(result.pack.head.manifest_text == sample_members(sample_manifest(), &shop.key)[0].content);
    } catch (const PackError&) {
    }
  }
  write_archive(shop.file, sample_members(sample_manifest("2.0.0"), &shop.key), false);
  CHECK(holds(shop.refusal(), "is no pack"));
}

TEST_CASE("WhatStandsBehindTheTarIsSeen") {
  // Inside of the same zstd frame: behind the two blocks of zeros that end a tar.
  Shop shop;
  const fs::path plain = shop.folder.path / "plain.tar";
  write_archive(plain, sample_members(sample_manifest(), &shop.key), false);
  struct archive* out = ::archive_write_new();
  ::archive_write_add_filter_zstd(out);
  ::archive_write_set_format_raw(out);
  ::archive_write_open_filename(out, shop.file.c_str());
  struct archive_entry* entry = ::archive_entry_new();
  ::archive_entry_set_pathname(entry, "data");
  ::archive_entry_set_filetype(entry, AE_IFREG);
  ::archive_write_header(out, entry);
  const std::string bytes = text_of(plain) + std::string(512, '\0') + "payload";
  ::archive_write_data(out, bytes.data(), bytes.size());
  ::archive_entry_free(entry);
  ::archive_write_close(out);
  ::archive_write_free(out);
  CHECK(holds(shop.refusal(), "something stands behind the archive's end"));
}

TEST_CASE("ABombIsStopped") {
  Shop shop;
  std::vector<Member> members = sample_members(sample_manifest(), &shop.key);
  members.push_back({"data/z", std::string(600u << 20, '\0')});  // some 20 KiB as an archive
  CHECK(holds(shop.refusal_of(members), "data/z: is larger than 512 MiB"));
  CHECK(fs::file_size(shop.file) < (1u << 20));
}

TEST_CASE("WhatIsInstalledIsHeldToItsManifest") {
  Shop shop;
  write_archive(shop.file, sample_members(sample_manifest("1.0.0"), &shop.key));
  const InstalledPack pack = shop.store.install(opened(shop.file).get(), "here", {}).pack;
  CHECK(shop.store.find("shop-tests").head.manifest.version == "1.0.0");
  CHECK(shop.store.find("shop-tests@0.5.0").head.manifest.version == "0.5.0");
  CHECK(shop.store.find(pack.head.digest.substr(0, 10)).head.digest == pack.head.digest);
  shop.store.check(pack);
  CHECK(text_of(pack.folder / "lib/users.so") == "code");
  CHECK(pack.origin == "here");

  const auto problem = [&] {
    try {
      shop.store.check(pack);
    } catch (const PackError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const fs::path library = pack.folder / "lib/users.so";
  fs::permissions(library.parent_path(), fs::perms::owner_all);
  fs::permissions(library, fs::perms::owner_write, fs::perm_options::add);
  CHECK(holds(problem(), "another mode"));
  std::ofstream(library, std::ios::trunc) << "c0de";
  fs::permissions(library, static_cast<fs::perms>(0555));
  CHECK(holds(problem(), "lib/users.so: was changed: its hash is another"));
  // Installed again, it is whole again.
  CHECK_FALSE(shop.store.install(opened(shop.file).get(), "here", {}).was_there);
  CHECK(problem() == "");
  CHECK(shop.store.install(opened(shop.file).get(), "here", {}).was_there);
  fs::permissions(pack.folder / "data", fs::perms::owner_all);
  std::ofstream(pack.folder / "data/more") << "x";
  CHECK(holds(problem(), "data/more: is not in the manifest"));
  shop.store.remove(pack);
  CHECK_THROWS_WITH(shop.store.find("shop-tests@1.0.0"), Catch::Contains("installed: shop-tests@0.5.0"));
}

TEST_CASE("AnUpgradeTakesTheOlderAway") {
  Shop shop;
  write_archive(shop.file, sample_members(sample_manifest("1.0.0"), &shop.key));
  InstallOptions options;
  options.replace_older = true;
  const InstallResult result = shop.store.install(opened(shop.file).get(), "here", options);
  CHECK(result.replaced == std::vector<std::string>{"0.5.0"});
  std::vector<std::string> problems;
  CHECK(shop.store.list(problems).size() == 1);
  CHECK(problems.empty());
}
