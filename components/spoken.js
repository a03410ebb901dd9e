// Screen readers choose their voice, and browsers their hyphens and fonts, by the document's language.
export default function ({ data }) {
  document.documentElement.lang = data.language;
}
