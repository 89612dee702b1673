# Sourced by tests that have others' programs read a report: run_mixed BUILD_FOLDER FORMAT=PATH runs tests that pass, fail, crash,
# hang, are skipped and flaky, in a temporary folder that is the working folder then, and writes that report and report.json there.
run_mixed() {
  local build name plugins=()
  build=$(realpath "$1")
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  printf 'limits: {grace_period: 200}\nservices:\n' >e2e.conf
  for name in verdicts equality family talkative; do
    printf '  %s: {base_url: "http://127.0.0.1:9"}\n' "$name" >>e2e.conf
    plugins+=(--plugins "$build/tests/plugins/$name.so")
  done
  "$build/bin/e2e-host" run "${plugins[@]}" -j 4 --retries 1 -o "$2" -o json=report.json -q >out 2>&1 || [ $? = 1 ] || { cat out; exit 1; }
}
