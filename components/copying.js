// Outside https a page has no clipboard, so the text is selected in its field and copied as a hand would.
async function copied(text, field) {
  field.focus();
  field.select();
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // not allowed here: the older way may be
    }
  }
  return document.execCommand("copy");
}

export default function ({ data, parentElement }) {
  const field = parentElement.querySelector("input");
  const button = parentElement.querySelector("button");
  parentElement.querySelector("span").textContent = data.label;
  field.value = data.text;
  button.textContent = data.copy;
  button.setAttribute("aria-label", `${data.copy}: ${data.label}`);
  field.onfocus = () => field.select();
  let waiting;
  button.onclick = async () => {
    const done = await copied(data.text, field);
    button.textContent = done ? data.done : data.by_hand;
    clearTimeout(waiting);
    waiting = setTimeout(() => (button.textContent = data.copy), 2000);
    button.focus();
  };
  return () => clearTimeout(waiting);
}
