// How requests reach a service, against a real nginx: TLS, HTTP/2, client certificates, compression, sockets,
// files.
#include <cstdlib>
#include <e2e_catch.hpp>
#include <regex>

#include "host_run.hpp"
#include "nginx_server.hpp"

using namespace e2e_test;

namespace {

HostRun run_transport(const std::string& base_url, const std::string& requests,
                      const std::vector<std::string>& names = {"answers"}) {
  const Project project("services:\n  transport:\n    base_url: " + base_url + "\n    requests: {" +
                        requests + "}\n");
  std::vector<std::string> arguments = {"run", "--plugins", test_plugin("transport.so")};
  for (const std::string& name : names) arguments.push_back("transport::01_transport::" + name);
  return run_host(project, arguments);
}

/// The notes of the test "answers".
std::string notes_of(const HostRun& run) {
  std::string notes;
  const auto attempt = run.last_attempt("transport::01_transport::answers");
  for (const auto& note : attempt.value("notes", nlohmann::json::array()))
    notes += note.get<std::string>() + "\n";
  return notes;
}

}  // namespace

TEST_CASE("OverTlsHttpTwoIsSpokenAndAllWorks") {
  const NginxServer server;
  const HostRun run = run_transport(server.https_url(), "tls_ca: " + server.file("ca.pem"),
                                    {"answers", "speaks_http_1_1", "unpacks", "sends_a_file", "follows"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK(notes_of(run) == "HTTP/2, 6000 bytes\n");
  const auto follows = run.last_attempt("transport::01_transport::follows");
  REQUIRE(follows["exchanges"].size() == 2);
  CHECK(follows["exchanges"][0]["http_version"] == "2");
  CHECK(follows["exchanges"][1]["redirect"] == 1);
  const auto file = run.last_attempt("transport::01_transport::sends_a_file");
  CHECK(file["exchanges"][1]["response_body_sha256"].get<std::string>().size() == 64);
  CHECK(file["exchanges"][1]["response_body"].get<std::string>().size() == 16384);
}

TEST_CASE("InClearTextAndByUnixSocketTheSameWorks") {
  const NginxServer server;
  const std::vector<std::string> all = {"answers", "unpacks", "sends_a_file", "follows"};
  const HostRun clear = run_transport(server.http_url(), "", all);
  INFO(clear.out << clear.err);
  CHECK(clear.exit_code == 0);
  CHECK(notes_of(clear) == "HTTP/1.1, 6000 bytes\n");
  const HostRun socket =
      run_transport("http://nowhere.invalid", "unix_socket: " + server.file("socket"), all);
  INFO(socket.out << socket.err);
  CHECK(socket.exit_code == 0);
}

TEST_CASE("ACertificateThatIsNotTrustedIsAnErrorUnlessNobodyLooks") {
  const NginxServer server;
  const HostRun distrusted = run_transport(server.https_url(), "tls_ca: " + server.file("other.pem"));
  CHECK(distrusted.exit_code == 1);
  CHECK(distrusted.out.find("TLS with 127.0.0.1:") != std::string::npos);
  const HostRun unverified = run_transport(server.https_url(), "tls_verify: false");
  INFO(unverified.out << unverified.err);
  CHECK(unverified.exit_code == 0);
  CHECK(notes_of(unverified) ==
        "TLS certificates are not verified: tls_verify is false\nHTTP/2, 6000 bytes\n");
}

TEST_CASE("WhatTheSystemDoesNotTrustIsAnErrorWhoeverLoadedItsCertificates") {
  const NginxServer server;
  std::string said;
  // Without processes of their own each thread has libcurl load them.
  for (const char* isolation : {"process", "none"}) {
    const Project project("services:\n  transport:\n    base_url: " + server.https_url() + "\n");
    const HostRun run = run_host(project, {"run", "--plugins", test_plugin("transport.so"), "--isolation",
                                           isolation, "transport::01_transport::answers"});
    CHECK(run.exit_code == 1);
    const size_t begin = run.out.find("TLS with 127.0.0.1:");
    REQUIRE(begin != std::string::npos);
    const std::string reason = run.out.substr(begin, run.out.find('\n', begin) - begin);
    CHECK((said.empty() || said == reason));
    said = reason;
  }
}

TEST_CASE("TlsSessionsAreResumedAsLongAsTheirWorkerLives") {
  const NginxServer server;
  const Project project("services:\n  transport:\n    base_url: " + server.https_url() +
                        "\n    requests: {tls_ca: " + server.file("ca.pem") + "}\n");
  for (const char* isolation : {"process", "service", "none"})
    for (const char* mode : {"service", "test"}) {
      INFO(isolation << " " << mode);
      const HostRun run =
          run_host(project, {"run", "--plugins", test_plugin("transport.so"), "-j", "1", "--isolation",
                             isolation, "--parallel-mode", mode, "connects", "connects_again"});
      INFO(run.out << run.err);
      CHECK(run.exit_code == 0);
      const auto told = [&](const char* name) {
        return run.last_attempt(std::string("transport::01_transport::") + name)["notes"].dump();
      };
      CHECK(told("connects") == "[\".\"]");
      const bool is_cold = std::string(isolation) == "process" && std::string(mode) == "test";
      CHECK(told("connects_again") == (is_cold ? "[\".\"]" : "[\"r\"]"));
    }
}

TEST_CASE("AClientCertificateIsShownToTheService") {
  const NginxServer server;
  const HostRun run =
      run_transport(server.https_url(), "tls_ca: " + server.file("ca.pem") +
                                            ", tls_certificate: " + server.file("client.pem") +
                                            ", tls_key: " + server.file("client.key"));
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  const HostRun absent =
      run_transport(server.https_url(),
                    "tls_ca: " + server.file("ca.pem") + ", tls_certificate: " + server.file("absent.pem"));
  CHECK(absent.exit_code == 1);
}

TEST_CASE("TheCurlLineOfAFormRepeatsItOverTls") {
  const NginxServer server;
  const HostRun run = run_transport(server.https_url(), "tls_ca: " + server.file("ca.pem"), {"wrong_form"});
  CHECK(run.exit_code == 1);
  const size_t begin = run.out.find("  curl ");
  REQUIRE(begin != std::string::npos);
  const std::string line = run.out.substr(begin + 2, run.out.find('\n', begin) - begin - 2);
  INFO(line);
  CHECK(line.find(" --cacert " + server.file("ca.pem")) != std::string::npos);
  CHECK(line.find(" -F 'name=\"Ada\"' -F 'doc=\"x;y\";type=application/octet-stream;filename=\"d.txt\"'") !=
        std::string::npos);
  CHECK(line.find("boundary") == std::string::npos);
  // nginx answers a POST to a file with 405, over the certificate that only --cacert makes a good one.
  CHECK(std::system((line + " -s -o /dev/null --fail-with-body; test $? -eq 22").c_str()) == 0);
}
