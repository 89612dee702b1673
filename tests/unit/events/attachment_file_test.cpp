#include "events/attachment_file.hpp"

#include <string>

#include "e2e_catch.hpp"

using namespace e2e::host;

TEST_CASE("AnAttachmentsFileIsCalledByItsContentAndEndsAsHarmlessTypesDo") {
  const std::string hash(64, 'a');
  CHECK(attachment_file(hash, "image/png") == "attachments/" + hash + ".png");
  CHECK(attachment_file(hash, "text/csv") == "attachments/" + hash + ".csv");
  // What a browser would run is a text, or nothing that it knows.
  CHECK(attachment_file(hash, "text/html") == "attachments/" + hash + ".txt");
  CHECK(attachment_file(hash, "image/svg+xml") == "attachments/" + hash + ".bin");
  CHECK(attachment_file(hash, "application/xhtml+xml") == "attachments/" + hash + ".bin");
}

TEST_CASE("NoOtherFileIsTakenForAnAttachment") {
  const std::string hash(64, 'a');
  CHECK(is_attachment_file("attachments/" + hash + ".png", hash));
  CHECK(is_attachment_file("attachments/" + hash + ".bin", hash));
  for (const std::string& file :
       {std::string("/etc/passwd"), std::string("../events.ndjson"), std::string(), "attachments/" + hash,
        "attachments/" + hash + ".html", "attachments/" + hash + ".png/x", "attachments/../" + hash + ".png",
        "/attachments/" + hash + ".png", "attachments/" + std::string(64, 'b') + ".png"})
    CHECK_FALSE(is_attachment_file(file, hash));
  CHECK_FALSE(is_attachment_file("attachments/../../etc.txt", "../../etc"));
  CHECK(is_attachment_file("attachments/" + hash + ".json"));
  CHECK(sha256_of_attachment_file("attachments/" + hash + ".json") == hash);
  for (const char* file : {"", "attachments/", "attachments/../../etc.txt"})
    CHECK_FALSE(is_attachment_file(file));
  const std::string capitals(64, 'A');
  CHECK_FALSE(is_attachment_file("attachments/" + capitals + ".png", capitals));
}

TEST_CASE("AnAttachmentsNameMayBeAFiles") {
  CHECK(attachment_name("page.png") == "page.png");
  CHECK(attachment_name("Größe 1.txt") == "Größe 1.txt");
  CHECK(attachment_name("../../etc/passwd") == "_.._etc_passwd");
  CHECK(attachment_name("a\\b\nc\td") == "a_b_c_d");
  CHECK(attachment_name(std::string("a\0b\x1b[31m", 8)) == "a_b_[31m");
  CHECK(attachment_name("a\xE2\x80\xAEgnp.exe") == "a_gnp.exe");
  CHECK(attachment_name("\xFF\xFE") == "__");
  CHECK(attachment_name("..") == "attachment");
  CHECK(attachment_name("") == "attachment");
  CHECK(attachment_name(std::string(199, 'x') + "\xC3\xA4") == std::string(199, 'x'));
}

TEST_CASE("AMediaTypeIsOneOrNone") {
  CHECK(attachment_type("Text/HTML ; charset=utf-8") == "text/html");
  CHECK(attachment_type("image/svg+xml") == "image/svg+xml");
  for (const char* type : {"", "png", "image/", "/png", "a/b c", "image/png\"><script>", "a/b/c"})
    CHECK(attachment_type(type) == "application/octet-stream");
  CHECK(attachment_type("a/" + std::string(200, 'b')) == "application/octet-stream");
}
