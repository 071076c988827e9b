// What the npm package gpt-tokenizer says about texts.
//   node tokenizers.mjs PACKAGE_FOLDER ids    < texts.json > ids.json      for the tests that have npm
//   node tokenizers.mjs PACKAGE_FOLDER oracle > gpt-tokenizer.json         once, for the tests that do not
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder, task] = process.argv.slice(2)
const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
const load = async (encoding) => (await import(pathToFileURL(join(folder, 'esm', 'encoding', `${encoding}.js`)))).default
const encodings = { gpt2: ['r50k_base', await load('r50k_base')], cl100k: ['cl100k_base', await load('cl100k_base')],
  o200k: ['o200k_base', await load('o200k_base')] }
const ids = (text) => Object.fromEntries(
  Object.entries(encodings).map(([key, [, encoder]]) => [key, encoder.encode(text, { disallowedSpecial: new Set() })]))

// JavaScript's \s has U+FEFF and lacks U+0085, unlike Unicode's White_Space, which the encodings are defined by; the package also drops U+FEFF where it
// compares bytes. And a code point that this Unicode version does not know may be a letter in another. The encodings ignore case in contractions, and ſ is a
// small s to Unicode; the package asks for s and S alone.
const comparable = (text) => !/[\uFEFF\u0085\p{Cn}]|'ſ/u.test(text)

const samples = [
  '', ' ', 'hello', 'Hello, World! How are you today?', 'aaabdaaabac', "don't DON'T we'll WE'LL they've I'm you'd it's 'tis o'er ''s '",
  'First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:\nSpeak, speak.\n', 'x = 3.14159265 + 12345 - 1234567890;',
  'for (int i = 0; i < n; i++) {\n\t\tsum += a[i]; // add\n\t}\r\n\r\n\r\n', 'tabs\t\tand   spaces    \n   and lines \n\n\n end',
  'こんにちは、世界！お元気ですか？', 'Привет, мир! Как дела?', 'नमस्ते दुनिया', 'שלום עולם', '안녕하세요 세상', 'ﷺ ﬁ ǅ ⅷ ½ ² ٣٤٥ १२३४',
  '🌍👩‍👩‍👧‍👦🇪🇸 e\u0301 \u200d \u00a0\u3000 \u2028\u2029', '𝒜𝔅 𐐀𐐨 𝟘𝟙𝟚𝟛 𒐀𒐁𒐂𒐃', '<|endoftext|> is text', "'ſ ſ 'S\u212a", '\u0000\u0001\u007f\u00ad\u180e\u001c a',
  'naïve café — “quoted” … £5 €10 10% #tag @user https://example.org/a?b=c&d=1', 'antidisestablishmentarianism'.repeat(3),
  "HTTPServer's ABc字D'LL //path/to\n/x e\u0301E\u0301e ǅungla 12'345",
]

// The tokens that any of the bytes' substrings is: no other can take part in their merges, so with these alone the ids are the same.
const excerpt = (encoding, texts) => {
  const bytes = texts.map((text) => Buffer.from(text))
  return readFileSync(join(folder, 'data', `${encoding}.tiktoken`), 'utf8').split('\n').filter((line) => {
    const token = Buffer.from(line.split(' ')[0], 'base64')
    return token.length === 1 || (token.length > 1 && bytes.some((text) => text.includes(token)))
  })
}

const oracle = () => ({
  madeBy: 'node tests/peers/tokenizers.mjs PACKAGE_FOLDER oracle', package: name, version,
  texts: samples.map((text) => ({ text, ...ids(text) })),
  ranks: Object.fromEntries(Object.entries(encodings).map(([key, [encoding]]) => [key, excerpt(encoding, samples)])),
})

const answer = task === 'oracle' ? oracle() : JSON.parse(readFileSync(0, 'utf8')).map((text) => (comparable(text) ? ids(text) : null))
process.stdout.write(JSON.stringify(answer, null, task === 'oracle' ? 1 : 0).replace(/\n {4,}(?=\d)|(?<=\d)\n {3,}(?=\])/g, ' ') + '\n')
