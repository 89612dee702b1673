#include "run/attachment_store.hpp"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/sha256.hpp"
#include "e2e_catch.hpp"
#include "run/attempt_record.hpp"

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

/// A run's folder; removed with this.
struct RunFolder {
  RunFolder() {
    char name[] = "/tmp/e2e-attachments-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~RunFolder() { fs::remove_all(path); }
  fs::path path;
};

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

AttachmentRecord named(const std::string& name, const std::string& type) {
  AttachmentRecord record;
  record.name = name;
  record.type = type;
  return record;
}

}  // namespace

TEST_CASE("AnAttachmentIsAFileInTheRunsFolder", "[attachments]") {
  const RunFolder folder;
  AttachmentStore store(folder.path);
  AttachmentRecord record = named("../page.png", "IMAGE/PNG");
  CHECK(store.keep(record, "content").empty());
  CHECK(record.name == "_page.png");
  CHECK(record.type == "image/png");
  CHECK(record.bytes == 7);
  CHECK(record.sha256 == sha256_digits("content"));
  CHECK(record.folder == folder.path);
  CHECK(content_of(folder.path / record.file) == "content");
  // The same again needs no other file, and leaves nothing beside it.
  CHECK(store.keep(record, "content").empty());
  CHECK(std::distance(fs::directory_iterator(folder.path / "attachments"), {}) == 1);
}

TEST_CASE("WhatCanNotBeKeptSaysWhy", "[attachments]") {
  AttachmentRecord record = named("a", "text/plain");
  AttachmentStore nowhere("");
  CHECK(nowhere.keep(record, "x") == "this run keeps no files");
  const RunFolder folder;
  std::ofstream(folder.path / "attachments") << "in the way";
  AttachmentStore blocked(folder.path);
  CHECK(blocked.keep(record, "x") == "Not a directory");
}

TEST_CASE("AnAttemptHasSoManyAttachmentsAndBytes", "[attachments]") {
  AttemptRecord record;
  record.begin(0, 1, 0, 0);
  AttachmentRecord attachment = named("a", "text/plain");
  CHECK(record.has_room_for_attachment(AttemptRecord::max_attachment_bytes));
  CHECK_FALSE(record.has_room_for_attachment(AttemptRecord::max_attachment_bytes + 1));
  attachment.bytes = AttemptRecord::max_attachment_bytes - 5;
  record.add(attachment);
  CHECK(record.has_room_for_attachment(5));
  CHECK_FALSE(record.has_room_for_attachment(6));
  attachment.bytes = 0;
  for (size_t i = 1; i < AttemptRecord::max_attachments; ++i) record.add(attachment);
  CHECK_FALSE(record.has_room_for_attachment(0));
  CHECK(record.end(0).attachments.size() == AttemptRecord::max_attachments);
  record.begin(0, 2, 0, 0);
  CHECK(record.has_room_for_attachment(AttemptRecord::max_attachment_bytes));
}
