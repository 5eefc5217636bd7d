#!/usr/bin/env bash
# All figures of the README: the corpus's own questions, and those on the brochure alone where its text is at hand.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
run=.venv/bin/routewijzer
mkdir "$scratch/empty"
for split in dev test; do
  echo "== corpus, $split"
  for file in corpus/vragen/*.jsonl; do
    echo "-- $(basename "$file")"
    ROUTEWIJZER_DATA_DIR="$scratch/corpus" "$run" evaluate "$file" --split "$split" "$@" | tail -n 1
  done
done
for name in ver getypt_leren; do
  echo "== corpus, bench/vragen_corpus_$name.jsonl"
  ROUTEWIJZER_DATA_DIR="$scratch/corpus" "$run" evaluate "bench/vragen_corpus_$name.jsonl" "$@" | tail -n 1
done
for split in dev test; do
  echo "== corpus, bench/vragen_corpus_getypt.jsonl, $split"
  ROUTEWIJZER_DATA_DIR="$scratch/corpus" "$run" evaluate bench/vragen_corpus_getypt.jsonl --split "$split" "$@" | tail -n 1
done
echo "== corpus, documents found for its questions (kept apart)"
.venv/bin/python -m bench.corpus_retrieval --split test
brochure=../shared/brochure/mkb-route-brochure.txt
if [ -f "$brochure" ]; then
  export ROUTEWIJZER_DATA_DIR="$scratch/brochure" ROUTEWIJZER_CORPUS_DIR="$scratch/empty"
  "$run" add "$brochure" >/dev/null
  echo "== brochure alone, brochure_dev"
  "$run" evaluate ../shared/eval/brochure_dev.jsonl "$@"
  for file in bench/vragen_brochure.jsonl bench/vragen_brochure_gemengd.jsonl bench/vragen_brochure_2.jsonl; do
    for split in dev test; do
      echo "== brochure alone, $file, $split"
      "$run" evaluate "$file" --split "$split" "$@" | tail -n 1
    done
  done
  echo "== brochure alone, bench/vragen_brochure_getypt_leren.jsonl"
  "$run" evaluate bench/vragen_brochure_getypt_leren.jsonl "$@" | tail -n 1
  for number in "" _3; do
    export ROUTEWIJZER_DATA_DIR="$scratch/documents$number"
    # a page that is empty without its scripts is refused, and the questions are about the others
    sed 's|^|../shared/realdocs/|' "bench/documenten$number.txt" | xargs "$run" add >/dev/null 2>&1 || true
    for split in dev test; do
      echo "== real documents, bench/vragen_documenten$number.jsonl, $split"
      "$run" evaluate "bench/vragen_documenten$number.jsonl" --split "$split" "$@" | tail -n 1
    done
    for name in leren getypt_leren; do
      echo "== real documents, bench/vragen_documenten${number}_$name.jsonl"
      "$run" evaluate "bench/vragen_documenten${number}_$name.jsonl" "$@" | tail -n 1
    done
  done
  for set in ../shared/eval/retrieval/*/; do
    echo "== $(basename "$set")"
    "$run" evaluate "$set" "$@"
  done
  echo "== what each device of word search adds"
  .venv/bin/python -m bench.ablation ../shared/eval/retrieval
fi
