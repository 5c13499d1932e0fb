import { THEMES, useTheme } from "../hooks/use-theme";
import { type Language, LANGUAGES, useSpoken } from "../words/words";

/** Language and colours. */
export function Settings() {
  const { language, words, choose } = useSpoken();
  const [theme, setTheme] = useTheme();
  return (
    <div className="settings">
      <label>
        <span>{words.app.languageLabel}</span>
        <select value={language} onChange={(event) => choose(event.target.value as Language)}>
          {Object.entries(LANGUAGES).map(([code, catalogue]) => (
            <option key={code} value={code} lang={code}>
              {catalogue.language}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{words.app.theme}</span>
        <select value={theme} onChange={(event) => setTheme(event.target.value as (typeof THEMES)[number])}>
          {THEMES.map((one) => (
            <option key={one} value={one}>
              {words.app.themes[one]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
