"""Which words stand around the names of people who made an article, in the languages of the news?

Data, no rules: `names`, `bylines` and `credits` say how each list is used. Lower case. A new language is a new line.
"""

from __future__ import annotations


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word.strip() for line in lines for word in line.split("|") if word.strip())


# Before an author's name.
BY = _words(
    "by|written by|story by|words by|text by|report by|reported by|reporting by|posted by|published by|compiled by|contributed by|recipe by"
    "|author|authors|author(s)|article by|a commentary by|commentary by|opinion by|analysis by|review by|interview by|from our correspondent",
    "von|autor|autorin|autoren|autor:in|text|text von|text:|verfasst von|geschrieben von|ein kommentar von|kommentar von|ein gastbeitrag von"
    "|gastbeitrag von|eine analyse von|analyse von|ein interview von|interview von|eine reportage von|eine kolumne von|ein essay von",
    "par|propos recueillis par|publié par|écrit par|rédigé par|article de|auteur|autrice|texte|texte de|un reportage de|tribune par",
    "por|escrito por|publicado por|texto|texto de|autor|autora|de|redactado por|da autoria de|reportagem de|di|scritto da|a cura di|autore",
    "door|geschreven door|auteur|tekst|av|skrevet av|skriven av|text av|skribent|författare|af|skrevet af|forfatter|journalist|tekst av",
    "kirjoittanut|teksti|kirjoittaja|toimittaja|höfundur|przez|autorzy|autorka|opracował|opracowała|oprac|napisane przez|tekst",
    "autoři|autorka|autori|napsal|napsala|píše|szerző|írta|de către|scris de|autorius|autors|autore|teksts|avtor|avtorica|piše|napisao|napisala",
    "автор|автори|авторы|автори:|текст|журналист|журналіст|журналістка|підготував|підготувала|подготовил|подготовила|написав|написала"
    "|аўтар|тэкст|от|пише|аутор|авторлары|муаллиф|муаллифҳо|зохиогч",
    "yazan|haber|yazar|hazırlayan|muhabir|müəllif|muallif|nivîskar|avtor",
    "بقلم|كتب|كتبت|كتبه|إعداد|تقرير|الكاتب|مراسل|الكاتبة|نویسنده|نوشته|نوشتۀ|گزارش از|به قلم|گزارشگر|خبرنگار|تحریر|رپورٹ|رپورٹر|مصنف|لیکوال|ليکوال|نووسەر",
    "מאת|כתב|כתבה|כתבת|लेखक|द्वारा|रिपोर्ट|रिपोर्टर|लेखिका|প্রতিবেদক|লেখক|எழுதியவர்|రచయిత|oleh|penulis|ditulis oleh|laporan|tác giả|โดย|เรื่อง",
    "文|作者|记者|記者|撰文|撰稿|取材|取材・文|執筆|글|글쓴이|취재|ရေးသားသူ|ရေးသား|ဆောင်းပါးရှင်|ጸሐፊ|ዘጋቢ|በ|imeandikwa na|mwandishi|na mwandishi wetu|na|waxaa qoray|qoray"
    "|marubuci|daga|onkọ̀wé|ավտոր|հեղինակ|ავტორი|συντάκτης|γράφει ο|γράφει η|του|της|ubhalwe ngu|ngu",
)
# Behind an author's name, with or without a space.
BEHIND = ("기자", "특파원", "논설위원", "기자의", "記者", "特派員", "记者", "通讯员")
# What a person is, behind a comma or in brackets.
ROLES = _words(
    "reporter|correspondent|editor|writer|journalist|columnist|producer|contributor|staff|bureau chief|special to|photographer|author|fellow"
    "|professor|analyst|founder|director|manager|specialist|expert|dietitian|team|desk|newsroom|politics|investigations|in kyiv|in london",
    "redakteur|redakteurin|korrespondent|korrespondentin|journalistin|reporterin|ressortleiter|ressortleiterin|chefredakteur|volontär|autorin",
    "journaliste|correspondant|correspondante|envoyé|envoyée|envoyés|rédacteur|rédactrice|chroniqueur|grand reporter",
    "periodista|corresponsal|redactor|redactora|enviado|enviada|jornalista|correspondente|repórter|giornalista|corrispondente|inviato",
    "redacteur|verslaggever|korrespondent|journalist|reporter|toimittaja|dziennikarz|dziennikarka|redaktor|redaktorka|novinář|dopisovatel",
    "журналист|журналистка|корреспондент|обозреватель|редактор|журналіст|журналістка|кореспондент|оглядач|muhabir|muhabiri|temsilcisi",
    "مراسل|صحفي|خبرنگار|wartawan|koresponden|phóng viên|संवाददाता",
)
# No person: nobody would look for them by this name.
GENERIC = _words(
    "admin|administrator|editor|editors|user|guest|null|none|undefined|unknown|anonymous|n/a|staff|author|wordpress|root|webmaster|web desk"
    "|news desk|newsdesk|newsroom|desk|agencies|agency|wires|wire|wire reports|wire services|news agencies|online desk|staff writer"
    "|staff reporter|our correspondent|correspondent|reporter|editorial|editorial team|editorial board|team|press release|contributor",
    "redaktion|online-redaktion|onlineredaktion|agenturen|die redaktion|red|rédaction|la rédaction|redacción|redacao|redação|agencias|agências"
    "|redazione|la redazione|agenzie|redactie|redaktionen|redakcja|redakce|redakcia|toimitus|szerkesztőség|redacția",
    "редакция|редакція|пресс-служба|пресслужба|haber merkezi|editör|التحرير|وكالات|هيئة التحرير|تحریریه|سرویس خبر|מערכת|न्यूज़ डेस्क|वेब डेस्क"
    "|ویب ڈیسک|نیوز ڈیسک|redaksi|tim redaksi|ban biên tập|编辑部|本报讯|編集部|편집국|온라인뉴스팀",
)
# News agencies; those that sell pictures alone are in `labels`.
AGENCIES = _words(
    "reuters|thomson reuters|afp|agence france-presse|agence france presse|ap|the associated press|associated press|dpa|deutsche presse-agentur"
    "|dpa-infocom|apa|austria presse agentur|sda|keystone-sda|ats|epd|kna|sid|ansa|adnkronos|agi|efe|europa press|ep|lusa|belga|anp|ntb|tt"
    "|tt nyhetsbyrån|ritzau|stt|pap|čtk|ctk|tasr|mti|agerpres|mediafax|hina|tanjug|fena|sta|bta|mia|ata|anadolu|anadolu ajansı|anadolu agency"
    "|aa|dha|i̇ha|iha|interfax|interfax-ukraine|ukrinform|unian|tass|ria novosti|belta|kazinform|azertac|armenpress|interpressnews|pa|pa media"
    "|press association|upi|bloomberg|canadian press|the canadian press|la presse canadienne|aap|kyodo|kyodo news|jiji|jiji press|yonhap|xinhua"
    "|antara|bernama|pti|press trust of india|ians|ani|app|vna|tna|irna|isna|fars|mehr|tasnim|wam|spa|qna|kuna|sana|petra|mena|wafa|nan|gna|ena|sabc",
    "рейтер|рейтерс|тасс|риа новости|интерфакс|уніан|укрінформ|інтерфакс-україна|белта|рбк|رويترز|أ ف ب|فرانس برس|أسوشيتد برس|الأناضول|وفا|سانا"
    "|ایرنا|ایسنا|فارس|رویترز|خبرگزاری فرانسه|آسوشیتدپرس|רויטרס|신화통신|연합뉴스|뉴시스|新华社|新華社|中新社|中央社|共同|共同通信|時事|時事通信|भाषा|पीटीआई|एएनआई|ታስ|ሮይተርስ",
)
# What somebody beside the authors did: before the name, with a colon or without one where the words end as they do here.
CREDIT_ROLES = _words(
    "edited by|editing by|editor|editors|translated by|translation by|translation|translator|photographs by|photos by|photography by|photographer"
    "|photographers|illustration by|illustrations by|illustrated by|graphics by|video by|produced by|producer|fact-checked by|fact checked by"
    "|fact checking by|reviewed by|medically reviewed by|additional reporting by|with additional reporting by|additional reporting"
    "|with reporting by|reporting by|research by|with files from|compiled by|updated by|maps by|design by",
    "redaktion|bearbeitung|bearbeitet von|übersetzung|übersetzt von|aus dem englischen von|fotos von|fotos|fotografie|illustration"
    "|illustrationen|schlussredaktion|faktencheck|redigatur|mitarbeit|recherche|kamera|schnitt|lektorat|grafik|produktion",
    "traduction|traduit par|traduit de l'anglais par|photographies|photographies de|photos de|illustrations|édité par|édition|avec|montage|infographie",
    "traducción|traducido por|edición|editado por|edita|fotos de|fotografía|fotografías|ilustración|tradução|traduzido por|edição|editado por|fotografia"
    "|traduzione|traduzione di|tradotto da|fotografie di|a cura di|montaggio",
    "vertaling|vertaald door|fotografie|eindredactie|redactie|översättning|översatt av|redaktör|redigering|foto|oversettelse|oversatt av"
    "|oversættelse|oversat af|redigert av|redigeret af|käännös|kääntänyt|kuvat|toimitus|þýðing",
    "tłumaczenie|tłumaczył|tłumaczyła|redakcja|redaktor|zdjęcia|překlad|přeložil|přeložila|foto|preklad|fordította|fordítás|traducere|vertė|tulkojums",
    "переклад|переклала|переклав|редактор|редакторка|редагував|редагувала|світлини|ілюстрації|літредактор|фоторедактор|фотограф|коректор"
    "|перевод|перевела|перевёл|редактировал|редактировала|фотографии|иллюстрации|под редакцией|выпускающий редактор|пераклад|рэдактар|превод|превео|уредник",
    "çeviri|çeviren|editör|fotoğraf|fotoğraflar|düzenleyen|redaktor|tərcümə|wergêr",
    "تحرير|ترجمة|تصوير|مراجعة|ترجمه|مترجم|ویراستار|ویرایش|عکس|عکاس|ترجمہ|تصاویر|ژباړه|ژباړن|وەرگێڕان",
    "עריכה|עורך|עורכת|צילום|צילומים|תרגום|संपादन|संपादक|अनुवाद|फोटो|penyunting|penerjemah|fotografer|editor|biên tập|dịch|ảnh|แปล|เรียบเรียง|ภาพ",
    "编辑|編輯|责编|责任编辑|責任編輯|编译|翻译|翻譯|摄影|攝影|校对|編集|翻訳|写真|撮影|校閲|편집|번역|사진|영상|တည်းဖြတ်|ဘာသာပြန်|ትርጉም|አርታኢ|mhariri|tafsiri|imehaririwa na|tarjumay",
)
# Of pictures: a line with one of these beside a picture is its credit.
PICTURE_ROLES = _words(
    "photos by|photographs by|photography by|photographer|photographers|fotos von|fotos|fotografie|fotografien|photographies|photographies de"
    "|photos de|fotos de|fotografía|fotografías|fotografia|fotografie di|foto|kuvat|zdjęcia|світлини|фотограф|фотографии|fotoğraf|fotoğraflar"
    "|تصوير|عکس|عکاس|تصاویر|צילום|צילומים|फोटो|fotografer|ảnh|ภาพ|摄影|攝影|写真|撮影|사진|영상"
)
