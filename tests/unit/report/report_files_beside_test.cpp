// The folder of files that a page leads to.
#include "report/report_files.hpp"

#include <stdlib.h>

#include <e2e_catch.hpp>
#include <fstream>
#include <set>
#include <string>

#include "base/sha256.hpp"
#include "events/attachment_file.hpp"

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

/// A project with a run's folder; removed with this.
class ProjectWithRun {
 public:
  ProjectWithRun() {
    char name[] = "/tmp/e2e-beside-XXXXXX";
    path_ = ::mkdtemp(name);
    fs::create_directories(run() / "attachments");
    fs::create_directories(run() / "services");
  }
  ~ProjectWithRun() { fs::remove_all(path_); }
  ProjectWithRun(const ProjectWithRun&) = delete;
  ProjectWithRun& operator=(const ProjectWithRun&) = delete;

  [[nodiscard]] fs::path path() const { return path_; }
  [[nodiscard]] fs::path run() const { return path_ / "runs" / "1"; }
  [[nodiscard]] fs::path report() const { return path_ / "a report.html"; }
  [[nodiscard]] fs::path beside(const std::string& name) const { return path_ / "a report-files" / name; }
  [[nodiscard]] AttachmentRecord attachment(const std::string& content) const {
    AttachmentRecord record{"a.txt", "text/plain",  content.size(), sha256_digits(content), "",
                            0,       run().string()};
    record.file = attachment_file(record.sha256, record.type);
    write(run() / record.file, content);
    return record;
  }
  [[nodiscard]] CapturedOutput output(const fs::path& file) const {
    write(file, "all of it");
    CapturedOutput output;
    output.file = file.string();
    return output;
  }
  static void write(const fs::path& file, const std::string& content) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << content;
  }
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> names;
    if (fs::exists(beside("")))
      for (const auto& entry : fs::directory_iterator(beside("")))
        names.insert(entry.path().filename().string());
    return names;
  }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("WhatAPageLeadsToIsInAFolderBesideIt") {
  const ProjectWithRun project;
  ReportFiles files(project.report());
  const AttachmentRecord attachment = project.attachment("kept");
  const std::string name = attachment.sha256 + ".txt";
  CHECK(files.keep(attachment) == "./a%20report-files/" + name);
  CHECK(files.keep(attachment) == "./a%20report-files/" + name);
  CHECK(files.keep_output(project.output(project.run() / "worker-3-stdout1"), 7, 2, false) ==
        "./a%20report-files/stdout-7-2.txt");
  ServiceStarted started;
  started.log = project.output(project.run() / "services" / "users.log").file;
  CHECK(files.keep_log(started, 0) == "./a%20report-files/log-0.txt");
  files.remove_others();
  CHECK(project.names() == std::set<std::string>{name, "stdout-7-2.txt", "log-0.txt"});
  // It can be sent without the run: the files are there, not ways to them.
  fs::remove_all(project.path() / "runs");
  CHECK(fs::is_regular_file(fs::symlink_status(project.beside(name))));
  CHECK(fs::file_size(project.beside("stdout-7-2.txt")) == 9);
}

TEST_CASE("AWholeBodyIsKeptUnderANameThatNobodyChose") {
  const ProjectWithRun project;
  ReportFiles files(project.report());
  const AttachmentRecord body = project.attachment("a body");
  CHECK(files.keep_body(project.run(), body.file) == "./a%20report-files/" + body.sha256 + ".txt");
  CHECK(files.keep_body("", body.file).empty());
  CHECK(files.keep_body(project.run(), "").empty());
  CHECK(files.keep_body(project.run(), "attachments/../services/users.log").empty());
  CHECK(files.keep_body(project.run(), "attachments/" + std::string(64, 'b') + ".txt").empty());
  CHECK(project.names() == std::set<std::string>{body.sha256 + ".txt"});
}

TEST_CASE("FilesOfAnEarlierPageGoWithIt") {
  const ProjectWithRun project;
  ReportFiles earlier(project.report());
  const AttachmentRecord both = project.attachment("both"), old = project.attachment("old");
  earlier.keep(both);
  earlier.keep(old);
  earlier.keep_output(project.output(project.run() / "worker-3-stdout1"), 7, 2, true);
  ProjectWithRun::write(project.beside("mine.txt"), "of somebody else");
  ReportFiles files(project.report());
  files.keep(both);
  CHECK(project.names().size() == 4);
  files.remove_others();
  CHECK(project.names() == std::set<std::string>{both.sha256 + ".txt", "mine.txt"});
}

TEST_CASE("WithoutFilesThereIsNoFolder") {
  const ProjectWithRun project;
  ReportFiles files(project.report());
  files.remove_others();
  CHECK_FALSE(fs::exists(project.beside("")));
  ReportFiles(project.report()).keep(project.attachment("once"));
  files.remove_others();
  CHECK_FALSE(fs::exists(project.beside("")));
}

TEST_CASE("AJournalCanNotMakeAPageCarryOtherFilesAway") {
  const ProjectWithRun project;
  ReportFiles files(project.report());
  CapturedOutput output = project.output(project.path() / "secrets");
  CHECK(files.keep_output(output, 0, 1, false).empty());
  fs::create_symlink(output.file, project.run() / "worker-1-stdout1");
  output.file = project.run() / "worker-1-stdout1";
  CHECK(files.keep_output(output, 0, 1, false).empty());
  output.file = project.run() / "worker-9-not-there";
  CHECK(files.keep_output(output, 0, 1, false).empty());
  ServiceStarted started;
  started.log = project.output(project.path() / "auth.log").file;
  CHECK(files.keep_log(started, 0).empty());
  AttachmentRecord attachment = project.attachment("kept");
  attachment.file = "attachments/../../../secrets";
  CHECK(files.keep(attachment).empty());
  CHECK_FALSE(fs::exists(project.beside("")));
}

TEST_CASE("APageThatIsNoFileHasNoFilesBesideIt") {
  const ProjectWithRun project;
  CHECK(ReportFiles({}).keep(project.attachment("kept")).empty());
  CHECK(ReportFiles("/dev/null").keep(project.attachment("kept")).empty());
}

TEST_CASE("ToolsOfCiAreToldPathsFromTheFolderOfTheJob") {
  ::unsetenv("CI_PROJECT_DIR");
  ::unsetenv("WORKSPACE");
  const fs::path here = fs::current_path();
  CHECK(path_in_job(here / "a" / "b.png") == "a/b.png");
  CHECK(path_in_job("a/./b.png") == "a/b.png");
  CHECK(path_in_job("/elsewhere/b.png") == "/elsewhere/b.png");
  ::setenv("WORKSPACE", "/elsewhere/", 1);
  CHECK(path_in_job("/elsewhere/x/b.png") == "x/b.png");
  CHECK(path_in_job("/elsewhere2/b.png") == "/elsewhere2/b.png");
  ::setenv("CI_PROJECT_DIR", "/elsewhere/x", 1);
  CHECK(path_in_job("/elsewhere/x/b.png") == "b.png");
  ::unsetenv("CI_PROJECT_DIR");
  ::unsetenv("WORKSPACE");
}
