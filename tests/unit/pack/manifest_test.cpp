#include "pack/manifest.hpp"

#include <e2e_catch.hpp>
#include <string>

#include "made_pack.hpp"
#include "pack/archive.hpp"

using namespace e2e::host;
using namespace e2e_test;

namespace {

std::string problem_of(const std::string& text) {
  try {
    read_manifest(text);
  } catch (const PackError& error) {
    return error.what();
  }
  return {};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("WhatIsWrittenIsRead") {
  Manifest manifest = sample_manifest();
  manifest.libraries = {"libc.so.6", "li\"b\\.so"};
  manifest.variables = {"TOKEN"};
  manifest.key_id = "0123456789abcdef";
  CHECK(read_manifest(write_manifest(manifest)) == manifest);
  CHECK(write_manifest(read_manifest(write_manifest(manifest))) == write_manifest(manifest));
}

TEST_CASE("KeysOfALaterHostArePassedOver") {
  const std::string text = write_manifest(sample_manifest());
  CHECK(read_manifest(text + "colour: blue\n") == sample_manifest());
}

TEST_CASE("WhatAManifestCanNotSayIsPointedAt") {
  const std::string text = write_manifest(sample_manifest());
  const auto with = [&](const std::string& from, const std::string& to) {
    return problem_of(replaced(text, from, to));
  };
  CHECK(with("e2e_pack: 1", "e2e_pack: 2").find("e2e_pack must be 1") != std::string::npos);
  CHECK(with("id: \"shop-tests\"", "id: \"../x\"").find("id must be 1 to 64 letters") != std::string::npos);
  CHECK(with("id: \"shop-tests\"\n", "").find("id is missing") != std::string::npos);
  CHECK(with("os: linux", "os: plan9").find("platform.os must be linux") != std::string::npos);
  CHECK(with("path: \"data/a.txt\"", "path: \"../a.txt\"").find("path leads out of the pack") !=
        std::string::npos);
  CHECK(with("path: \"data/a.txt\"", "path: \"zzz\"").find("in the order of their paths") !=
        std::string::npos);
  CHECK(with("path: \"data/a.txt\"", "path: \"manifest.sig\"").find("can't be listed") != std::string::npos);
  CHECK(with("size: 5", "size: -5").find("size must be a whole number") != std::string::npos);
  CHECK(with("mode: \"0644\"", "mode: \"4755\"").find("mode must be") != std::string::npos);
  CHECK(with("sha256: \"", "sha256: \"x").find("must be 64 hexadecimal digits") != std::string::npos);
  CHECK(with("file: \"lib/users.so\"", "file: \"lib/other.so\"").find("is not among files") !=
        std::string::npos);
  CHECK(with("publisher: \"shop\"", "publisher: [shop]").find("publisher must be a text, not a list") !=
        std::string::npos);
  CHECK(problem_of("").find("manifest") != std::string::npos);
  CHECK(problem_of(std::string("\xff\xfe", 2)).find("UTF-8") != std::string::npos);
  CHECK(problem_of(std::string(max_manifest_bytes + 1, ' ')) == "manifest.yaml: is larger than 1024 KiB");
}

TEST_CASE("AFileIsNoFolder") {
  Manifest manifest = sample_manifest();
  manifest.files.insert(manifest.files.begin(), {"data", 0, 0644, std::string(64, '0')});
  CHECK(problem_of(write_manifest(manifest)).find("'data' is a file, and can't be a folder") !=
        std::string::npos);
}

TEST_CASE("AManifestHasNoAliases") {
  // Nine levels of nine: 400 million values, if they were copied.
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 9; ++j) bomb += "*a" + std::to_string(i - 1) + ", ";
    bomb += "x]\n";
  }
  CHECK(problem_of(bomb + write_manifest(sample_manifest())).find("aliases are not allowed here") !=
        std::string::npos);
}

TEST_CASE("AManifestOfManyDeepFilesIsReadAtOnce") {
  // As many as fit: looking each part up in a list of all would take a billion steps.
  Manifest manifest = sample_manifest();
  manifest.files.clear();
  const std::string hash(64, '0');
  for (int i = 1000; i < 7000; ++i)
    manifest.files.push_back({"a/a/a/a/a/a/a/a/a/a/a/a/a/a/" + std::to_string(i), 0, 0644, hash});
  manifest.plugins = {{manifest.files.back().path, "users", "users", "", ""}};
  const std::string text = write_manifest(manifest);
  REQUIRE(text.size() < max_manifest_bytes);
  CHECK(read_manifest(text) == manifest);
}
