"""Word vectors by gensim, with the settings of scripts/words.fsx: words of text a second, and places of related pairs.

python3 words.py TEXT [--threads 2] [--epochs 30] [--rate 0.05] [--seed 1]; needs gensim (Debian: python3-gensim).
"""
import argparse
import re
import statistics
import time

from gensim.models import Word2Vec

parser = argparse.ArgumentParser()
parser.add_argument("text")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--epochs", type=int, default=30)
parser.add_argument("--rate", type=float, default=0.05)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--lists", default="scripts/words/lists.fsx", help="where the pairs stand")
arguments = parser.parse_args()

with open(arguments.text, encoding="utf-8") as file:
    paragraphs = re.split(r"\n\s*\n", file.read().lower())
sentences = [words for words in (re.findall(r"[^\W_]+(?:['’][^\W_]+)*", paragraph) for paragraph in paragraphs) if words]
words = sum(map(len, sentences))
with open(arguments.lists, encoding="utf-8") as file:
    related = re.search(r"let relatedPairs =(.*?)\]", file.read(), re.S).group(1)
pairs = re.findall(r'"(\w+)", "(\w+)"', related)

for name, is_skip_gram in [("skip-gram", 1), ("CBOW", 0)]:
    model = Word2Vec(
        vector_size=100, window=5, negative=5, sample=1e-3, min_count=5, sg=is_skip_gram, alpha=arguments.rate,
        min_alpha=1e-4, workers=arguments.threads, seed=arguments.seed, epochs=arguments.epochs)
    model.build_vocab(sentences)
    start = time.perf_counter()
    model.train(sentences, total_examples=model.corpus_count, epochs=arguments.epochs)
    seconds = time.perf_counter() - start
    known = [(a, b) for a, b in pairs if a in model.wv and b in model.wv]
    ranks = [model.wv.rank(*both) for a, b in known for both in ((a, b), (b, a))]
    place = statistics.median(ranks) if ranks else float("nan")
    print(f"{name}: {words * arguments.epochs / seconds / 1e6:.2f} million words a second on {arguments.threads} threads; "
          f"{len(known)} pairs at place {place:.0f} of {len(model.wv)}")
