"""What do the labelled pages say, in fourteen languages? All of it is invented."""

# ruff: noqa: E501 (a table of sentences in many scripts)

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The furniture and the matter of a newspaper in one language."""

    lang: str
    title: str
    sentences: tuple[str, ...]
    headlines: tuple[str, ...]
    menu: tuple[str, ...]
    most_read: str
    caption: str
    rights: str

    @property
    def right_to_left(self) -> bool:
        return self.lang in ("ar", "he", "fa")


EN = Words(
    lang="en",
    title="Northern bridge opens after two years of repairs",
    sentences=(
        "Engineers opened the northern bridge on Monday after two years of repairs that cost the county more than eleven million euros.",
        "The first train crossed the river shortly before seven, watched by some two hundred people who had come in spite of the rain.",
        "“We had stopped believing in it,” said the harbour master, who has worked beside the closed bridge since the spring of 2024.",
        "A second track is to follow next summer, if the ministry confirms the money that it had promised before the election.",
        "Boats may pass again from Thursday, but only at night and with a pilot, the port authority said in a short notice.",
        "The old ferry will sail until the end of the month, because the buses on the southern bank have not yet got a new timetable.",
    ),
    headlines=(
        "Council votes on the new harbour plan after a long night",
        "Shelling damages three houses in the border village",
        "Farmers ask for help after the driest spring in forty years",
        "Ministry names a new head of the rescue service",
        "Two trains a day will link the northern towns from June",
        "Hospital opens a ward that lies under the ground",
        "Court hears the case of the missing grain ships",
        "Teachers return to the school at the front line",
        "Power is back in most quarters of the eastern city",
        "Museum finds its stolen icons in a cellar abroad",
    ),
    menu=("Front page", "World", "War", "Economy", "Sport", "Opinion"),
    most_read="Most read",
    caption="The northern bridge on Monday morning, shortly before the first train.",
    rights="All rights reserved",
)
DE = Words(
    lang="de",
    title="Nordbrücke nach zwei Jahren wieder offen",
    sentences=(
        "Ingenieure haben am Montag die Nordbrücke wieder geöffnet, deren Reparatur den Landkreis mehr als elf Millionen Euro gekostet hat.",
        "Der erste Zug überquerte den Fluss kurz vor sieben, und rund zweihundert Menschen sahen trotz des Regens dabei zu.",
        "„Wir hatten nicht mehr daran geglaubt“, sagte der Hafenmeister, der seit dem Frühjahr 2024 neben der gesperrten Brücke arbeitet.",
        "Ein zweites Gleis soll im nächsten Sommer folgen, falls das Ministerium das vor der Wahl versprochene Geld bestätigt.",
        "Schiffe dürfen ab Donnerstag wieder durchfahren, allerdings nur nachts und mit Lotsen, teilte die Hafenbehörde mit.",
        "Die alte Fähre verkehrt noch bis Monatsende, weil die Busse am Südufer bisher keinen neuen Fahrplan haben.",
    ),
    headlines=(
        "Stadtrat stimmt nach langer Nacht über Hafenplan ab",
        "Beschuss beschädigt drei Häuser im Grenzdorf",
        "Bauern bitten nach dem trockensten Frühjahr um Hilfe",
        "Ministerium ernennt neue Leiterin des Rettungsdienstes",
        "Zwei Züge am Tag verbinden ab Juni die Städte im Norden",
        "Krankenhaus eröffnet eine Station unter der Erde",
        "Gericht verhandelt über die verschwundenen Getreideschiffe",
        "Lehrer kehren an die Schule an der Front zurück",
        "Strom fließt wieder in den meisten Vierteln der Oststadt",
        "Museum findet gestohlene Ikonen in einem Keller im Ausland",
    ),
    menu=("Startseite", "Welt", "Krieg", "Wirtschaft", "Sport", "Meinung"),
    most_read="Meistgelesen",
    caption="Die Nordbrücke am Montagmorgen, kurz vor dem ersten Zug.",
    rights="Alle Rechte vorbehalten",
)
FR = Words(
    lang="fr",
    title="Le pont du Nord rouvre après deux ans de travaux",
    sentences=(
        "Les ingénieurs ont rouvert lundi le pont du Nord après deux ans de travaux qui ont coûté au département plus de onze millions d’euros.",
        "Le premier train a franchi le fleuve peu avant sept heures, sous les yeux de quelque deux cents personnes venues malgré la pluie.",
        "« Nous n’y croyions plus », a dit le capitaine du port, qui travaille à côté du pont fermé depuis le printemps 2024.",
        "Une seconde voie doit suivre l’été prochain, si le ministère confirme l’argent qu’il avait promis avant les élections.",
        "Les bateaux pourront passer à partir de jeudi, mais seulement la nuit et avec un pilote, a indiqué l’autorité portuaire.",
        "Le vieux bac naviguera jusqu’à la fin du mois, car les bus de la rive sud n’ont pas encore de nouveaux horaires.",
    ),
    headlines=(
        "Le conseil vote le plan du port après une longue nuit",
        "Des tirs endommagent trois maisons du village frontalier",
        "Les agriculteurs demandent de l’aide après un printemps sec",
        "Le ministère nomme une nouvelle cheffe des secours",
        "Deux trains par jour relieront les villes du Nord en juin",
        "L’hôpital ouvre un service installé sous terre",
        "Le tribunal juge l’affaire des navires de blé disparus",
        "Les professeurs reviennent dans l’école de la ligne de front",
        "Le courant est rétabli dans la plupart des quartiers de l’Est",
        "Le musée retrouve ses icônes volées dans une cave",
    ),
    menu=("Accueil", "Monde", "Guerre", "Économie", "Sport", "Opinions"),
    most_read="Les plus lus",
    caption="Le pont du Nord lundi matin, peu avant le premier train.",
    rights="Tous droits réservés",
)
ES = Words(
    lang="es",
    title="El puente del norte reabre tras dos años de obras",
    sentences=(
        "Los ingenieros reabrieron el lunes el puente del norte tras dos años de obras que costaron a la provincia más de once millones de euros.",
        "El primer tren cruzó el río poco antes de las siete, ante unas doscientas personas que habían acudido a pesar de la lluvia.",
        "«Ya no creíamos en ello», dijo el capitán del puerto, que trabaja junto al puente cerrado desde la primavera de 2024.",
        "Una segunda vía llegará el próximo verano, si el ministerio confirma el dinero que había prometido antes de las elecciones.",
        "Los barcos podrán pasar desde el jueves, pero solo de noche y con práctico, informó la autoridad portuaria en una nota.",
        "El viejo transbordador navegará hasta fin de mes, porque los autobuses de la orilla sur aún no tienen nuevo horario.",
    ),
    headlines=(
        "El consejo vota el plan del puerto tras una larga noche",
        "Los bombardeos dañan tres casas en la aldea fronteriza",
        "Los agricultores piden ayuda tras la primavera más seca",
        "El ministerio nombra a una nueva jefa de rescate",
        "Dos trenes diarios unirán las ciudades del norte en junio",
        "El hospital abre una planta situada bajo tierra",
        "El tribunal juzga el caso de los barcos de grano perdidos",
        "Los maestros vuelven a la escuela del frente",
        "Vuelve la luz a casi todos los barrios del este",
        "El museo halla sus iconos robados en un sótano",
    ),
    menu=("Portada", "Mundo", "Guerra", "Economía", "Deportes", "Opinión"),
    most_read="Lo más leído",
    caption="El puente del norte el lunes por la mañana, poco antes del primer tren.",
    rights="Todos los derechos reservados",
)
IT = Words(
    lang="it",
    title="Il ponte nord riapre dopo due anni di lavori",
    sentences=(
        "Gli ingegneri hanno riaperto lunedì il ponte nord dopo due anni di lavori costati alla provincia più di undici milioni di euro.",
        "Il primo treno ha attraversato il fiume poco prima delle sette, davanti a circa duecento persone venute nonostante la pioggia.",
        "«Non ci credevamo più», ha detto il comandante del porto, che lavora accanto al ponte chiuso dalla primavera del 2024.",
        "Un secondo binario seguirà la prossima estate, se il ministero confermerà i fondi promessi prima delle elezioni.",
        "Le barche potranno passare da giovedì, ma solo di notte e con un pilota, ha comunicato l’autorità portuale.",
        "Il vecchio traghetto navigherà fino a fine mese, perché gli autobus della riva sud non hanno ancora un nuovo orario.",
    ),
    headlines=(
        "Il consiglio vota il piano del porto dopo una lunga notte",
        "Le bombe danneggiano tre case nel villaggio di confine",
        "Gli agricoltori chiedono aiuto dopo la primavera più secca",
        "Il ministero nomina una nuova responsabile dei soccorsi",
        "Due treni al giorno uniranno le città del nord da giugno",
        "L’ospedale apre un reparto costruito sottoterra",
        "Il tribunale esamina il caso delle navi di grano scomparse",
        "Gli insegnanti tornano nella scuola sulla linea del fronte",
        "Torna la corrente in quasi tutti i quartieri orientali",
        "Il museo ritrova le icone rubate in una cantina",
    ),
    menu=("Prima pagina", "Mondo", "Guerra", "Economia", "Sport", "Opinioni"),
    most_read="I più letti",
    caption="Il ponte nord lunedì mattina, poco prima del primo treno.",
    rights="Tutti i diritti riservati",
)
PL = Words(
    lang="pl",
    title="Most północny otwarty po dwóch latach remontu",
    sentences=(
        "Inżynierowie otworzyli w poniedziałek most północny po dwóch latach remontu, który kosztował powiat ponad jedenaście milionów euro.",
        "Pierwszy pociąg przejechał przez rzekę tuż przed siódmą, a mimo deszczu patrzyło na to około dwustu osób.",
        "„Przestaliśmy już w to wierzyć” – powiedział kapitan portu, który od wiosny 2024 roku pracuje obok zamkniętego mostu.",
        "Drugi tor ma powstać następnego lata, jeśli ministerstwo potwierdzi pieniądze obiecane przed wyborami.",
        "Statki będą mogły przepływać od czwartku, ale tylko nocą i z pilotem – poinformował zarząd portu w krótkim komunikacie.",
        "Stary prom będzie pływał do końca miesiąca, bo autobusy na południowym brzegu nie mają jeszcze nowego rozkładu.",
    ),
    headlines=(
        "Rada głosuje nad planem portu po długiej nocy",
        "Ostrzał uszkodził trzy domy w wiosce przy granicy",
        "Rolnicy proszą o pomoc po najsuchszej wiośnie",
        "Ministerstwo powołało nową szefową ratownictwa",
        "Dwa pociągi dziennie połączą miasta północy od czerwca",
        "Szpital otwiera oddział ukryty pod ziemią",
        "Sąd bada sprawę zaginionych statków ze zbożem",
        "Nauczyciele wracają do szkoły na linii frontu",
        "Prąd wrócił do większości dzielnic wschodniego miasta",
        "Muzeum odnalazło skradzione ikony w piwnicy",
    ),
    menu=("Strona główna", "Świat", "Wojna", "Gospodarka", "Sport", "Opinie"),
    most_read="Najczęściej czytane",
    caption="Most północny w poniedziałek rano, tuż przed pierwszym pociągiem.",
    rights="Wszelkie prawa zastrzeżone",
)
UK = Words(
    lang="uk",
    title="Північний міст відкрили після двох років ремонту",
    sentences=(
        "Інженери відкрили в понеділок північний міст після двох років ремонту, який коштував району понад одинадцять мільйонів євро.",
        "Перший потяг перетнув річку незадовго до сьомої ранку, і попри дощ на це дивилися близько двохсот людей.",
        "«Ми вже не вірили в це», – сказав начальник порту, який працює поруч із закритим мостом від весни 2024 року.",
        "Друга колія має з’явитися наступного літа, якщо міністерство підтвердить гроші, обіцяні перед виборами.",
        "Човни зможуть проходити з четверга, але тільки вночі та з лоцманом, повідомила адміністрація порту.",
        "Старий пором ходитиме до кінця місяця, бо автобуси на південному березі ще не мають нового розкладу.",
    ),
    headlines=(
        "Рада голосує за план порту після довгої ночі",
        "Обстріл пошкодив три будинки у прикордонному селі",
        "Фермери просять допомоги після найсухішої весни",
        "Міністерство призначило нову керівницю рятувальників",
        "Два потяги на день з’єднають північні міста з червня",
        "Лікарня відкриває відділення під землею",
        "Суд розглядає справу про зниклі судна із зерном",
        "Учителі повертаються до школи на лінії фронту",
        "Світло повернулося до більшості районів міста",
        "Музей знайшов викрадені ікони у підвалі",
    ),
    menu=("Головна", "Світ", "Війна", "Економіка", "Спорт", "Думки"),
    most_read="Найпопулярніше",
    caption="Північний міст у понеділок уранці, незадовго до першого потяга.",
    rights="Усі права захищено",
)
RU = Words(
    lang="ru",
    title="Северный мост открыли после двух лет ремонта",
    sentences=(
        "Инженеры открыли в понедельник северный мост после двух лет ремонта, который обошёлся району более чем в одиннадцать миллионов евро.",
        "Первый поезд пересёк реку незадолго до семи утра, и, несмотря на дождь, на это смотрели около двухсот человек.",
        "«Мы уже не верили в это», – сказал начальник порта, который работает рядом с закрытым мостом с весны 2024 года.",
        "Второй путь должен появиться следующим летом, если министерство подтвердит деньги, обещанные перед выборами.",
        "Лодки смогут проходить с четверга, но только ночью и с лоцманом, сообщила администрация порта.",
        "Старый паром будет ходить до конца месяца, потому что у автобусов на южном берегу ещё нет нового расписания.",
    ),
    headlines=(
        "Совет голосует за план порта после долгой ночи",
        "Обстрел повредил три дома в приграничном селе",
        "Фермеры просят помощи после самой сухой весны",
        "Министерство назначило новую главу спасателей",
        "Два поезда в день свяжут северные города с июня",
        "Больница открывает отделение под землёй",
        "Суд рассматривает дело о пропавших судах с зерном",
        "Учителя возвращаются в школу на линии фронта",
        "Свет вернулся в большинство районов города",
        "Музей нашёл украденные иконы в подвале",
    ),
    menu=("Главная", "Мир", "Война", "Экономика", "Спорт", "Мнения"),
    most_read="Самое читаемое",
    caption="Северный мост в понедельник утром, незадолго до первого поезда.",
    rights="Все права защищены",
)
AR = Words(
    lang="ar",
    title="إعادة فتح الجسر الشمالي بعد عامين من الإصلاح",
    sentences=(
        "أعاد المهندسون يوم الاثنين فتح الجسر الشمالي بعد عامين من أعمال الإصلاح التي كلفت المقاطعة أكثر من أحد عشر مليون يورو.",
        "وعبر القطار الأول النهر قبيل الساعة السابعة، وشاهده نحو مئتي شخص جاؤوا إلى المكان على الرغم من المطر.",
        "وقال مدير الميناء الذي يعمل بجوار الجسر المغلق منذ ربيع عام 2024: «كنا قد توقفنا عن تصديق ذلك».",
        "ومن المقرر أن يتبعه مسار ثان في الصيف المقبل إذا أكدت الوزارة الأموال التي وعدت بها قبل الانتخابات.",
        "وأعلنت هيئة الميناء أن القوارب تستطيع المرور ابتداء من الخميس، لكن ليلا فقط وبرفقة مرشد بحري.",
        "وستبحر العبارة القديمة حتى نهاية الشهر لأن الحافلات على الضفة الجنوبية لا تملك بعد جدولا جديدا.",
    ),
    headlines=(
        "المجلس يصوت على خطة الميناء بعد ليلة طويلة",
        "القصف يلحق أضرارا بثلاثة منازل في القرية الحدودية",
        "المزارعون يطلبون المساعدة بعد أكثر فصول الربيع جفافا",
        "الوزارة تعين رئيسة جديدة لفرق الإنقاذ",
        "قطاران يوميا يربطان المدن الشمالية اعتبارا من يونيو",
        "المستشفى يفتتح قسما يقع تحت الأرض",
        "المحكمة تنظر في قضية سفن الحبوب المفقودة",
        "المعلمون يعودون إلى المدرسة على خط الجبهة",
        "عودة الكهرباء إلى معظم أحياء المدينة الشرقية",
        "المتحف يعثر على أيقوناته المسروقة في قبو",
    ),
    menu=("الرئيسية", "العالم", "الحرب", "الاقتصاد", "الرياضة", "الرأي"),
    most_read="الأكثر قراءة",
    caption="الجسر الشمالي صباح يوم الاثنين قبيل مرور القطار الأول.",
    rights="جميع الحقوق محفوظة",
)
HE = Words(
    lang="he",
    title="הגשר הצפוני נפתח אחרי שנתיים של תיקונים",
    sentences=(
        "המהנדסים פתחו ביום שני את הגשר הצפוני אחרי שנתיים של תיקונים שעלו למחוז יותר מאחד עשר מיליון אירו.",
        "הרכבת הראשונה חצתה את הנהר מעט לפני השעה שבע, וכמאתיים בני אדם שבאו למרות הגשם צפו בה.",
        "„כבר הפסקנו להאמין בזה”, אמר מנהל הנמל, שעובד ליד הגשר הסגור מאז אביב 2024 ועד השבוע.",
        "מסילה שנייה אמורה להיבנות בקיץ הבא, אם המשרד יאשר את הכסף שהבטיח לפני הבחירות.",
        "סירות יוכלו לעבור החל מיום חמישי, אבל רק בלילה ובליווי נתב, כך הודיעה רשות הנמל.",
        "המעבורת הישנה תפליג עד סוף החודש, מפני שלאוטובוסים בגדה הדרומית אין עדיין לוח זמנים חדש.",
    ),
    headlines=(
        "המועצה מצביעה על תוכנית הנמל אחרי לילה ארוך",
        "הפגזה פגעה בשלושה בתים בכפר הגבול",
        "החקלאים מבקשים עזרה אחרי האביב היבש ביותר",
        "המשרד מינה ראשת שירות הצלה חדשה",
        "שתי רכבות ביום יחברו את ערי הצפון מיוני",
        "בית החולים פותח מחלקה מתחת לאדמה",
        "בית המשפט דן בפרשת ספינות התבואה שנעלמו",
        "המורים חוזרים לבית הספר בקו החזית",
        "החשמל חזר לרוב שכונות העיר המזרחית",
        "המוזיאון מצא את האיקונות הגנובות במרתף",
    ),
    menu=("ראשי", "עולם", "מלחמה", "כלכלה", "ספורט", "דעות"),
    most_read="הנקראות ביותר",
    caption="הגשר הצפוני ביום שני בבוקר, מעט לפני הרכבת הראשונה.",
    rights="כל הזכויות שמורות",
)
FA = Words(
    lang="fa",
    title="پل شمالی پس از دو سال تعمیر بازگشایی شد",
    sentences=(
        "مهندسان روز دوشنبه پل شمالی را پس از دو سال تعمیر که بیش از یازده میلیون یورو برای شهرستان هزینه داشت بازگشایی کردند.",
        "نخستین قطار اندکی پیش از ساعت هفت از رودخانه گذشت و حدود دویست نفر با وجود باران آن را تماشا کردند.",
        "رئیس بندر که از بهار ۲۰۲۴ در کنار پل بسته کار می‌کند گفت: «دیگر به آن باور نداشتیم.»",
        "اگر وزارتخانه پولی را که پیش از انتخابات وعده داده بود تأیید کند، خط دوم تابستان آینده ساخته خواهد شد.",
        "اداره بندر در اطلاعیه‌ای کوتاه گفت قایق‌ها از پنجشنبه فقط شب‌ها و همراه راهنما می‌توانند عبور کنند.",
        "کشتی قدیمی تا پایان ماه رفت‌وآمد خواهد کرد، زیرا اتوبوس‌های ساحل جنوبی هنوز برنامه تازه‌ای ندارند.",
    ),
    headlines=(
        "شورا پس از شبی طولانی به طرح بندر رأی می‌دهد",
        "گلوله‌باران به سه خانه در روستای مرزی آسیب زد",
        "کشاورزان پس از خشک‌ترین بهار کمک می‌خواهند",
        "وزارتخانه رئیس تازه امداد را منصوب کرد",
        "از خرداد روزی دو قطار شهرهای شمالی را پیوند می‌دهد",
        "بیمارستان بخشی زیر زمین باز می‌کند",
        "دادگاه به پرونده کشتی‌های گمشده غله رسیدگی می‌کند",
        "آموزگاران به مدرسه خط مقدم بازمی‌گردند",
        "برق به بیشتر محله‌های شهر شرقی بازگشت",
        "موزه شمایل‌های دزدیده‌شده را در زیرزمینی یافت",
    ),
    menu=("خانه", "جهان", "جنگ", "اقتصاد", "ورزش", "دیدگاه"),
    most_read="پربازدیدترین‌ها",
    caption="پل شمالی بامداد دوشنبه، اندکی پیش از نخستین قطار.",
    rights="تمامی حقوق محفوظ است",
)
TR = Words(
    lang="tr",
    title="Kuzey köprüsü iki yıllık onarımın ardından açıldı",
    sentences=(
        "Mühendisler, ilçeye on bir milyon avrodan fazlaya mal olan iki yıllık onarımın ardından kuzey köprüsünü pazartesi günü açtı.",
        "İlk tren saat yediden biraz önce nehri geçti ve yağmura rağmen gelen yaklaşık iki yüz kişi onu izledi.",
        "2024 baharından beri kapalı köprünün yanında çalışan liman başkanı, “Artık buna inanmıyorduk” dedi.",
        "Bakanlık seçimden önce söz verdiği parayı onaylarsa ikinci hat gelecek yaz yapılacak.",
        "Liman idaresi kısa bir duyuruda teknelerin perşembeden itibaren yalnızca geceleri ve kılavuzla geçebileceğini bildirdi.",
        "Güney yakasındaki otobüslerin henüz yeni tarifesi olmadığı için eski feribot ay sonuna kadar çalışacak.",
    ),
    headlines=(
        "Meclis uzun bir gecenin ardından liman planını oyluyor",
        "Bombardıman sınır köyünde üç eve zarar verdi",
        "Çiftçiler en kurak baharın ardından yardım istiyor",
        "Bakanlık kurtarma hizmetine yeni bir müdür atadı",
        "Hazirandan itibaren günde iki tren kuzey kentlerini bağlayacak",
        "Hastane yerin altında bir servis açıyor",
        "Mahkeme kayıp tahıl gemileri davasına bakıyor",
        "Öğretmenler cephe hattındaki okula dönüyor",
        "Doğu kentinin çoğu mahallesine elektrik geldi",
        "Müze çalınan ikonalarını bir mahzende buldu",
    ),
    menu=("Ana sayfa", "Dünya", "Savaş", "Ekonomi", "Spor", "Görüş"),
    most_read="Çok okunanlar",
    caption="Kuzey köprüsü pazartesi sabahı, ilk trenden biraz önce.",
    rights="Tüm hakları saklıdır",
)
JA = Words(
    lang="ja",
    title="北の橋、二年の修理を終え再開",
    sentences=(
        "北の橋は月曜日、郡が千百万ユーロ以上を投じた二年にわたる修理を終えて再び開通し、鉄道の運行も再開された。",
        "最初の列車は午前七時少し前に川を渡り、雨にもかかわらず集まったおよそ二百人の住民がその様子を見守った。",
        "二〇二四年の春から閉鎖された橋のそばで働いてきた港長は「もう信じることをやめていた」と話している。",
        "省が選挙前に約束した予算を認めれば、二本目の線路は来年の夏に敷かれる見通しだと担当者は説明した。",
        "港湾当局は短い発表で、船は木曜日から通行できるが、夜間に限り水先人の同乗が必要だと伝えた。",
        "南岸のバスの新しい時刻表がまだ決まっていないため、古い渡し船は月末まで運航を続けるという。",
    ),
    headlines=(
        "市議会、長い夜の末に港湾計画を採決へ",
        "砲撃で国境の村の住宅三棟に被害",
        "最も乾いた春を受け農家が支援を要請",
        "省が救助隊の新しい責任者を任命",
        "六月から北部の町を一日二本の列車が結ぶ",
        "病院が地下に新しい病棟を開設",
        "行方不明の穀物船をめぐる裁判始まる",
        "前線の学校に教師たちが戻る",
        "東部の街の大半で電力が復旧",
        "博物館、盗まれた聖像を地下室で発見",
    ),
    menu=("トップ", "国際", "戦争", "経済", "スポーツ", "オピニオン"),
    most_read="アクセスランキング",
    caption="月曜日の朝、最初の列車が通る直前の北の橋。",
    rights="無断転載を禁じます",
)
ZH = Words(
    lang="zh",
    title="北桥历时两年修复后重新开放",
    sentences=(
        "工程师们周一重新开放了北桥，历时两年的修复工程共花费该县一千一百多万欧元，铁路交通也随之恢复。",
        "第一列火车在早上七点前不久驶过河面，约二百名市民冒雨前来观看这一时刻，许多人还带来了孩子。",
        "自二〇二四年春天以来一直在封闭的桥旁工作的港口主管说：“我们原本已经不再相信它会开放了。”",
        "如果该部确认选举前承诺的资金，第二条轨道将在明年夏天铺设，届时列车班次将增加一倍以上。",
        "港务局在一份简短的通告中表示，船只从周四起可以通行，但只限夜间并且必须有引航员陪同。",
        "由于南岸的公共汽车还没有新的时刻表，旧渡轮将继续运营到月底，票价保持不变，当局补充说。",
    ),
    headlines=(
        "议会经过漫长一夜后表决港口计划",
        "炮击损坏边境村庄三座房屋",
        "最干旱的春天过后农民请求援助",
        "该部任命新的救援部门负责人",
        "六月起每天两列火车连接北部城镇",
        "医院开设地下病房",
        "法院审理失踪运粮船一案",
        "教师们回到前线的学校",
        "东部城市大部分地区恢复供电",
        "博物馆在地窖中找到被盗圣像",
    ),
    menu=("首页", "国际", "战争", "经济", "体育", "评论"),
    most_read="热门文章",
    caption="周一早晨的北桥，第一列火车通过前不久。",
    rights="版权所有",
)
ALL: dict[str, Words] = {words.lang: words for words in (EN, DE, FR, ES, IT, PL, UK, RU, AR, HE, FA, TR, JA, ZH)}
