"""Which month does a word name?

Data: the names and abbreviations of the Gregorian months in some 80 languages, from Unicode CLDR (by way of Babel), with the Levantine
and Maghrebi names of Arabic added, and the months of the Iranian, Ethiopian and Hebrew calendars.
"""

from __future__ import annotations

# One string a month, January first; `_` stands for a space.
_GREGORIAN = (
    "de_gen de_gener ean ene enero gen gener gennaio ian ianuarie ion ionawr jaan jaanuar jan janaayo janairu janar janeiro jannaayo "
    "jannar januar januari januarie january januwari janv janvier janyuwari led leden ledna mut mutarama oca ocak rbn saus sausio "
    "sausis sij sty stycznia tammi tammikuu tammikuuta urt urtarrila xan xaneiro yan yanvar eanáir január januára janvāris janúar "
    "jänner oṣù_ṣẹ́rẹ́ rêbendan siječanj siječnja styczeń ýan ýanwar ιαν ιανουάριοσ ιανουαρίου нэгдүгээр_сар сту студзень студзеня "
    "січ січень січня янв январ январь января яну януари јан јануар јануари қаң қаңтар հնվ հունվար հունվարի ינואר ינו׳ جانفي جنوري "
    "جنوری كانون_الثاني يناير ژانويه ژانویه ژانویهٔ کانوونی_دووەم जनवरी जन॰ জানু জানুয়ারী ஜன ஜனவரி జన జనవరి ජන ජනවාරි ม.ค มกราคม ມ.ກ "
    "ມັງກອນ ဇန် ဇန်နဝါရီ იან იანვარი ጃን ጃንዋሪ មករា",
    "chw chwef chwefror de_febr de_febrer fab faburairu feabh feabhra feb febbraio feber febr febraayo febreiro febrer febrero "
    "februar februari februarie february februwari fev fevereiro fevral few fewral fra frar gas gashyantare helmi helmikuu helmikuuta "
    "lut lutego luty ots otsaila sbt shk shkurt sibat vas vasario vasaris veebr veebruar velj február februára februāris febrúar févr "
    "février oṣù_èrèlè veljača veljače úno únor února şub şubat φεβ φεβρουάριοσ φεβρουαρίου ақп ақпан лют лютага лютий лютого люты "
    "феб фебруар фев февр феврал февраль февраля февруари хоёрдугаар_сар փետրվար փետրվարի փտվ פברואר פבר׳ شباط شوبات فبراير فبروري "
    "فروری فوريه فوریه فوریهٔ فيفري فېبروري फ़रवरी फ़र॰ फेब्रुअरी ফেব ফেব্রুয়ারী பிப் பிப்ரவரி ఫిబ్ర ఫిబ్రవరి පෙබ පෙබරවාරි ก.พ "
    "กุมภาพันธ์ ກ.ພ ກຸມພາ ဖေ ဖေဖော်ဝါရီ თებ თებერვალი ፌብ ፌብሩዋሪ កុម្ភៈ",
    "adar adr kov kovas kovo maalis maaliskuu maaliskuuta maarso maart mac machi mar marca march marec maret maris mars mart martie "
    "marts martxoa marzec marzo marzu mas mashi matshi maw mawrth mrt wer werurwe bře březen března de_març març março márc március "
    "márta mär märts märz ožu ožujak ožujka oṣù_ẹrẹ̀nà μάρ μάρτιοσ μαρ μαρτίου бер березень березня гуравдугаар_сар мар март марта "
    "нау наурыз сак сакавік сакавіка մարտ մարտի մրտ מרץ آذار ئازار اذار مارس مارچ मार्च মার্চ மார் மார்ச் మార్చి මාර් මාර්තු มี.ค "
    "มีนาคม ມ.ນ ມີນາ မတ် მარ მარტი ማርች មីនា",
    "abr abriil abril afi afirilu aib api apirila apr aprel april aprile aprili aprilie aprill avr avril bal balandis dub duben dubna "
    "ebr ebrill eph ephreli epr epreli huhti huhtikuu huhtikuuta kwi kwietnia mata nis nisan nsn pri prill tra travanj travnja "
    "aibreán apríl apríla aprīlis balandžio d’abr d’abril kwiecień nîsan oṣù_ìgbé ápr április απρ απρίλιοσ απριλίου апр апрел апрель "
    "апреля април дөрөвдүгээр_сар квіт квітень квітня кра красавік красавіка сәу сәуір ապր ապրիլ ապրիլի אפריל אפר׳ آوريل آوریل أبريل "
    "أفريل ابريل اپریل نيسان نیسان अप्रिल अप्रैल এপ্রি এপ্রিল ஏப் ஏப்ரல் ఏప్రి ఏప్రిల్ අප්‍රේල් เม.ย เมษายน ມ.ສ ເມສາ ဧပြီ აპრ აპრილი "
    "ኤፕሪ ኤፕሪል មេសា",
    "beal bealtaine de_maig geg gic gicurasi gln gulan maayo mag maggio mai maiatza maig maijs maio maj maja may mayo mayu mei mej "
    "mejju mey meyi svi svibanj svibnja touko toukokuu toukokuuta gegužė gegužės kvě květen května mayıs maí maý máj mája május "
    "oṣù_ẹ̀bibi μάι μάιοσ μαΐ μαΐου май мам мамыр мая мај тавдугаар_сар трав травень травня մայիս մայիսի մյս מאי أيار ئایار ايار "
    "مئی ماي مايو مه مهٔ می مۍ मई मे মে மே మే මැයි พ.ค พฤษภาคม ພ.ພ ພຶດສະພາ မေ მაი მაისი ሜይ ឧសភា",
    "cze czerwca czerwiec de_juny eka ekaina giu giugno haz haziran hzr iun iunie iyn iyun juin jun june junho juni junie junij junio "
    "juny juun juuni kam kamena lipanj lipnja meh mehefin meith meitheamh qer qershor yun yuni birž birželio birželis hezîran iýun "
    "jún júna június júní jūn jūnijs kesä kesäkuu kesäkuuta oṣù_òkúdu xuño červen června čvn ġun ġunju ιουν ιουνίου ιούν ιούνιοσ "
    "зургаадугаар_сар июн июнь июня мау маусым черв червень червня чэр чэрвень чэрвеня юни јун јуни հնս հունիս հունիսի יוני جوان جون "
    "حزيران حوزەیران يونيو ژوئن जुन जून জুন ஜூன் జూన్ ජූනි มิ.ย มิถุนายน ມິ.ຖ ມິຖຸນາ ဇွန် ივნ ივნისი ጁን មិថុនា",
    "de_jul de_juliol gor gorff gorffennaf iul iulie iyl iyul juil juillet jul julai julayi julho juli julie julij julio juliol july "
    "juuli korr korrik liep liepa liepos lipca lipiec lug luglio lul lulju luulyo nya nyakanga srpanj srpnja tem temmuz trm uzt "
    "uztaila xul xullo yul yuli heinä heinäkuu heinäkuuta iúil iýul júl júla július júlí jūl jūlijs oṣù_agẹmọ tîrmeh července "
    "červenec čvc ιουλ ιουλίου ιούλ ιούλιοσ долоодугаар_сар июл июль июля лип липень липня ліп ліпень ліпеня шіл шілде юли јул јули "
    "հլս հուլիս հուլիսի יולי تموز تەمووز جولائی جولای جويلية يوليو ژوئيه ژوئیه ژوئیهٔ जुलाई जुल॰ জুল জুলাই ஜூலை జులై ජූලි ก.ค กรกฎาคม "
    "ກ.ລ ກໍລະກົດ ဇူ ဇူလိုင် ივლ ივლისი ጁላይ កក្កដា",
    "abu abuztua ag aga agasti ago agost agosti agosto agu agusta agustus aug august augusta augusti augusts augustus augusztus avg "
    "avgust avq avqust awg awgust awst aww awwissu elo elokuu elokuuta gush gusht kan kanama kol kolovoz kolovoza ogo ogos ogosto ogs "
    "rugp sie sierpnia srpen srpna tbx tebax août ağu ağustos d’ag d’agost lún lúnasa oṣù_ògún rugpjūtis rugpjūčio sierpień ágú ágúst "
    "αυγ αυγούστου αύγ αύγουστοσ авг август августа жні жнівень жніўня наймдугаар_сар серп серпень серпня там тамыз օգոստոս օգոստոսի "
    "օգս אוגוסט אוג׳ آب آگوست أغسطس أوت ئاب اغسطس اوت اګست اگست अगस्ट अगस्त अग॰ আগ আগস্ট ஆக ஆகஸ்ட் ఆగ ఆగస్టు අගෝ අගෝස්තු ส.ค สิงหาคม "
    "ສ.ຫ ສິງຫາ ဩဂုတ် აგვ აგვისტო ኦገስ ኦገስት សីហា",
    "de_set de_setembre eyl ira iraila medi nze nzeri rugs ruj rujan rujna sat satumba seb sebteembar sebtembar sen sentabr sentyabr "
    "sep sept septemba septembar september septembra septembre septembrie septembris septhemba septiembre set setembre setembro "
    "settembre settembru sht shtator syys syyskuu syyskuuta szept szeptember wrz eylül meán_fómhair mfómh oṣù_owewe rugsėjis rugsėjo "
    "sentýabr wrzesień września zář září îln îlon σεπ σεπτέμβριοσ σεπτεμβρίου вер верасень верасня вересень вересня есдүгээр_сар сен "
    "сент сентябр сентябрь сентября сеп септембар септември қыр қыркүйек սեպ սեպտեմբեր սեպտեմբերի ספטמבר ספט׳ أيلول ئەیلوول ايلول "
    "سبتمبر ستمبر سپتامبر سپتمبر سېپتمبر सितंबर सित॰ सेप्टेम्बर সেপ সেপ্টেম্বর செப் செப்டம்பர் సెప్టెం సెప్టెంబర్ සැප් සැප්තැම්බර් "
    "ก.ย กันยายน ກ.ຍ ກັນຍາ စက် စက်တင်ဘာ სექ სექტემბერი ሴፕቴ ሴፕቴምበር កញ្ញា",
    "cot cotmeh eki ekim hyd hydref loka lokakuu lokakuuta oct october octobre octombrie octubre okt oktabr okthoba okthobha oktoba "
    "oktobar oktober oktobris oktoobar oktoober oktyabr ott ottobre ottubru out outubro spal spalio spalis tet tetor ukw ukwakira urr "
    "urria deireadh_fómhair dfómh d’oct d’octubre október októbra oktýabr oṣù_ọ̀wàrà paź październik października říj říjen října οκτ "
    "οκτωβρίου οκτώβριοσ аравдугаар_сар жовт жовтень жовтня кас кастрычнік кастрычніка окт октобар октомври октябр октябрь октября "
    "қаз қазан հոկ հոկտեմբեր հոկտեմբերի אוקטובר אוק׳ أكتوبر اكتوبر اکتبر اکتوبر تشرين_الأول تشرين_الاول تشرینی_یەکەم अक्टूबर अक्टू॰ "
    "अक्टोबर অক্টো অক্টোবর அக் அக்டோபர் అక్టో అక్టోబర్ ඔක් ඔක්තෝබර් ต.ค ตุลาคม ຕ.ລ ຕຸລາ အောက် အောက်တိုဘာ ოქტ ოქტომბერი ኦክቶ ኦክቶበር តុលា",
    "aza azaroa de_nov de_novembre kas lapkr lapkritis listopadu marras marraskuu marraskuuta mijdar mjd nof noiembrie noofeembar nov "
    "novemba novembar november novembra novembre novembris novembro novembru noviembre noy noyabr nuw nuwamba samh samhain stu "
    "studeni studenoga tach tachwedd ugu ugushyingo kasım lapkričio noý noýabr nën nëntor nóv nóvember oṣù_bélú νοέ νοέμβριοσ νοε "
    "νοεμβρίου арван_нэгдүгээр_сар лист листопад листопада ліс лістапад лістапада нов новембар ное ноември ноя нояб ноябр ноябрь "
    "ноября қар қараша նոյ նոյեմբեր նոյեմբերի נובמבר נוב׳ تشرين_الثاني تشرینی_دووەم نوامبر نوفمبر نومبر नवंबर नव॰ नोभेम्बर নভে "
    "নভেম্বর நவ நவம்பர் నవం నవంబర్ නොවැ නොවැම්බර් พ.ย พฤศจิกายน ພ.ຈ ພະຈິກ နို နိုဝင်ဘာ ნოე ნოემბერი ኖቬም ኖቬምበር វិច្ឆិកា",
    "abe abendua ara berfanbar brf de_des de_desembre dec decembar december decembra decembrie decembris decembro dek dekabr des "
    "desemba desember desembre dets detsember dez dezember dezembro dhj dhjetor dic dicembre diciembre dis disamba diseembar disemba "
    "disember gru grudnia gruod gruodis joulu joulukuu joulukuuta noll nollaig pro prosinac prosinca prosince prosinec rhag rhagfyr "
    "uku ukuboza aralık diċ diċembru déc décembre grudzień gruodžio oṣù_ọ̀pẹ̀ δεκ δεκέμβριοσ δεκεμβρίου арван_хоёрдугаар_сар груд "
    "грудень грудня дек декабр декабрь декабря декември дец децембар жел желтоқсан сне снежань снежня դեկ դեկտեմբեր դեկտեմբերի דצמבר "
    "דצמ׳ دسامبر دسمبر ديسمبر كانون_الأول كانون_الاول کانونی_یەکەم डिसेम्बर दिसंबर दिस॰ ডিসে ডিসেম্বর டிச டிசம்பர் డిసెం డిసెంబర్ "
    "දෙසැ දෙසැම්බර් ธ.ค ธันวาคม ທ.ວ ທັນວາ ဒီ ဒီဇင်ဘာ დეკ დეკემბერი ዲሴም ዲሴምበር ធ្នូ",
)
# The same word is another month in another language: the language decides.
_BY_LANGUAGE = {
    "hr": {"lip": 6, "srp": 7, "lis": 10, "listopad": 10, "listopada": 10},
    "bs": {"lip": 6, "srp": 7, "lis": 10, "listopad": 10, "listopada": 10},
    "pl": {"lip": 7, "lis": 11, "listopad": 11, "listopada": 11},
    "cs": {"srp": 8, "lis": 11, "listopad": 11},
}
# Iranian calendar (Solar Hijri), as Persian news sites date.
IRANIAN = {
    name: number
    for number, names in enumerate(
        (
            "فروردین فروردين",
            "اردیبهشت ارديبهشت",
            "خرداد",
            "تیر تير",
            "مرداد امرداد",
            "شهریور شهريور",
            "مهر",
            "آبان",
            "آذر",
            "دی دي",
            "بهمن",
            "اسفند",
        ),
        start=1,
    )
    for name in names.split()
}
# Ethiopian calendar, as Amharic and Tigrinya news sites date; spellings differ.
ETHIOPIAN = {
    name: number
    for number, names in enumerate(
        (
            "መስከረም",
            "ጥቅምት ጥቅምቲ",
            "ኅዳር ህዳር ሕዳር",
            "ታኅሣሥ ታህሳስ ታህሣሥ ታኅሳስ",
            "ጥር ጥሪ",
            "የካቲት ለካቲት",
            "መጋቢት",
            "ሚያዝያ ሚያዚያ ሚያዝዝያ",
            "ግንቦት ጉንበት",
            "ሰኔ ሰነ",
            "ሐምሌ ሀምሌ ሓምለ",
            "ነሐሴ ነሀሴ ነሓሰ",
            "ጳጉሜን ጳጉሜ ጳጉሜን",
        ),
        start=1,
    )
    for name in names.split()
}
# Hebrew calendar, from Tishri, as `calendars.hebrew` counts.
HEBREW = {
    name: number
    for number, names in enumerate(
        ("תשרי", "חשוון חשון מרחשוון מרחשון", "כסלו כסליו", "טבת", "שבט", "אדר", "ניסן", "אייר", "סיוון סיון", "תמוז", "אב", "אלול"),
        start=1,
    )
    for name in names.split()
}
GREGORIAN = {name.replace("_", " "): number for number, names in enumerate(_GREGORIAN, start=1) for name in names.split()}


def month_of(word: str, language: str | None) -> int | None:
    """Number of the month that the word (lower case, without dot) names; null for other words, or where only the language could tell."""
    own = _BY_LANGUAGE.get(language or "")
    if own and word in own:
        return own[word]
    return GREGORIAN.get(word)
