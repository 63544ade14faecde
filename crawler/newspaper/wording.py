"""Which words stand around a story: the boxes, buttons and lines of a news page, in each language of the newspaper.

None of them belongs to a text. An extractor that lets one through has leaked.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Furniture of a page."""

    home: str
    trending: str
    read_also: str
    newsletter: str
    subscribe: str
    share: str
    by: str
    related: str
    about_author: str
    comments: str
    cookies: str
    rights: str


WORDING = {
    "en": Wording(
        "Home", "Trending Now", "Read also", "Get our morning briefing in your inbox", "Sign up", "Share this story", "By", "More on this",
        "About the author", "Join the conversation", "We use cookies to count our readers.", "All rights reserved.",
    ),
    "fr": Wording(
        "Accueil", "Les plus lus", "Lire aussi", "Recevez notre lettre du matin", "S’inscrire", "Partager cet article", "Par", "Sur le même sujet",
        "À propos de l’auteur", "Réagir à cet article", "Nous utilisons des cookies pour compter nos lecteurs.", "Tous droits réservés.",
    ),
    "de": Wording(
        "Startseite", "Meistgelesen", "Lesen Sie auch", "Unser Newsletter am Morgen", "Abonnieren", "Artikel teilen", "Von", "Mehr zum Thema",
        "Zur Person", "Diskutieren Sie mit", "Wir verwenden Cookies, um unsere Leser zu zählen.", "Alle Rechte vorbehalten.",
    ),
    "es": Wording(
        "Portada", "Lo más leído", "Lea también", "Reciba nuestro boletín de la mañana", "Suscribirse", "Compartir esta noticia", "Por",
        "Noticias relacionadas", "Sobre la autora", "Únase a la conversación", "Usamos cookies para contar a nuestros lectores.",
        "Todos los derechos reservados.",
    ),
    "uk": Wording(
        "Головна", "Популярне", "Читайте також", "Підписуйтеся на наш Telegram-канал", "Підписатися", "Поділитися", "Автор", "Більше за темою",
        "Про автора", "Коментарі", "Ми використовуємо файли cookie.", "Усі права захищено.",
    ),
    "ru": Wording(
        "Главная", "Популярное", "Читайте также", "Подписывайтесь на наш Telegram-канал", "Подписаться", "Поделиться", "Автор", "Ещё по теме",
        "Об авторе", "Комментарии", "Мы используем файлы cookie.", "Все права защищены.",
    ),
    "ar": Wording(
        "الرئيسية", "الأكثر قراءة", "اقرأ أيضا", "اشترك في نشرتنا الصباحية", "اشترك", "شارك المقال", "بقلم", "مواضيع ذات صلة",
        "عن الكاتب", "التعليقات", "نستخدم ملفات تعريف الارتباط.", "جميع الحقوق محفوظة.",
    ),
    "he": Wording(
        "דף הבית", "הנקראות ביותר", "קראו גם", "הירשמו לעלון הבוקר שלנו", "הרשמה", "שתפו את הכתבה", "מאת", "עוד בנושא",
        "על הכותב", "תגובות", "אנחנו משתמשים בעוגיות.", "כל הזכויות שמורות.",
    ),
    "fa": Wording(
        "خانه", "پربازدیدترین‌ها", "بیشتر بخوانید", "در خبرنامهٔ صبحگاهی ما عضو شوید", "عضویت", "این خبر را به اشتراک بگذارید", "نوشتهٔ",
        "مطالب مرتبط", "دربارهٔ نویسنده", "دیدگاه‌ها", "ما از کوکی استفاده می‌کنیم.", "همهٔ حقوق محفوظ است.",
    ),
    "tr": Wording(
        "Ana sayfa", "En çok okunanlar", "Ayrıca okuyun", "Sabah bültenimize abone olun", "Abone ol", "Haberi paylaş", "Yazan", "İlgili haberler",
        "Yazar hakkında", "Yorumlar", "Okurlarımızı saymak için çerez kullanıyoruz.", "Tüm hakları saklıdır.",
    ),
    "my": Wording(
        "ပင်မ", "လူကြည့်များသော သတင်းများ", "ဆက်လက်ဖတ်ရှုရန်", "နံနက်ခင်းသတင်းလွှာ ရယူပါ", "စာရင်းသွင်းရန်", "မျှဝေရန်", "ရေးသားသူ",
        "ဆက်စပ်သတင်းများ", "စာရေးသူအကြောင်း", "မှတ်ချက်များ", "ကွတ်ကီးများကို အသုံးပြုပါသည်။", "မူပိုင်ခွင့် ရယူပြီး။",
    ),
}  # fmt: skip
RIGHT_TO_LEFT = frozenset({"ar", "he", "fa"})
